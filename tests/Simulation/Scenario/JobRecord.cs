using System.Text.Json;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Results;
using SparrowFunctions.Tests.Simulation.Storage;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>A job as its row and its result show it.</summary>
internal sealed record JobRecord(string Id, JobState State, string? Reason, IReadOnlyList<Attempt> Attempts, bool Warned)
{
    public static IReadOnlyList<JobRecord> ReadAll(SimStorage storage) =>
    [
        .. storage.Table(StorageNames.JobsTable).Rows
            .Where(row => row.ContainsKey("State") && row.ContainsKey("Attempts"))
            .Select(row => new JobRecord(
                row.RowKey,
                JobStates.Parse(row.GetString("State")),
                row.GetString("Reason"),
                JsonSerializer.Deserialize(row.GetString("Attempts"), JobJson.Default.IReadOnlyListAttempt)!,
                HasWarnings(storage, row.RowKey))),
    ];

    private static bool HasWarnings(SimStorage storage, string id) =>
        storage.Container(StorageNames.ResultsContainer).Find($"{id}/result.json") is { } blob
        && JsonSerializer.Deserialize(blob.Text, JobDocumentJson.Readable.JobDocument)!.Warnings.Count > 0;
}
