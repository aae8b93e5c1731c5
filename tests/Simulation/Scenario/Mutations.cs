using Azure.Data.Tables;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Tests.Simulation.Storage;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>The safety lines that can be taken away from outside, each by its name. A seed that does not notice proves nothing.</summary>
internal static class Mutations
{
    private static readonly DateTimeOffset Never = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyDictionary<string, SimMutation> All { get; } = new Dictionary<string, SimMutation>(StringComparer.Ordinal)
    {
        ["a job's row is written although somebody else was first"] = new IgnoredConditions(StorageNames.JobsTable, row => row.ContainsKey("State")),
        ["a conversation's head is written although somebody else was first"] = new IgnoredConditions(StorageNames.TurnsTable, row => row.RowKey == "head"),
        ["sending is not on record"] = new StoredOtherwise(StorageNames.JobsTable, row => Replace(row, "Sending", false)),
        ["a call that may have been paid is not counted"] = new StoredOtherwise(StorageNames.JobsTable, row =>
            Replace(row, "Attempts", row.GetString("Attempts")?.Replace("\"possiblyBilled\":true", "\"possiblyBilled\":false", StringComparison.OrdinalIgnoreCase))),
        ["a stored answer is not found when a job is taken over"] = new HiddenBlobs(path =>
            path.StartsWith("payloads/answers/", StringComparison.Ordinal) || path.StartsWith("results/", StringComparison.Ordinal)),
        ["the result is not written"] = new LostBlobs(path => path.EndsWith("/result.json", StringComparison.Ordinal)),
        ["lists are not told that a job has ended"] = new StoredOtherwise(StorageNames.JobsTable, row => Replace(row, Listing.OutcomeColumn, "")),
        ["dead letters are not written"] = new LostRows(StorageNames.DeadLettersTable, _ => true),
        ["what a worker holds is not on record"] = new StoredOtherwise(StorageNames.JobsTable, row => Replace(row, "Held", "[]")),
        ["a dead worker counts as alive"] = new ReadOtherwise(StorageNames.JobsTable, row => Replace(row, "LeaseUntil", Never)),
        ["a living worker counts as dead"] = new ReadOtherwise(StorageNames.JobsTable, row => Replace(row, "Dead", true)),
        ["nobody watches a worker"] = new LostMessages(StorageNames.WorkQueue, text => text.Contains("\"watch\"", StringComparison.Ordinal)),
        ["the jobs of a dead worker are not handed on"] = new LostMessages(StorageNames.WorkQueue, text => text.Contains("\"takeover\"", StringComparison.Ordinal)),
        ["a retry is not sent for later"] = new LostMessages(StorageNames.WorkQueue, text => text.Contains("\"retry\"", StringComparison.Ordinal)),
        ["what waits before a closed gate is not woken"] = new LostMessages(StorageNames.WorkQueue, text => text.Contains("\"gate\"", StringComparison.Ordinal)),
        ["a turn's place in line is not kept"] = new StoredOtherwise(StorageNames.TurnsTable, row => Replace(row, "Active", "")),
        ["a closed gate is not on record"] = new LostRows(StorageNames.GatesTable, _ => true),
    };

    private static void Replace(TableEntity row, string column, object? value)
    {
        if (row.ContainsKey(column))
            row[column] = value;
    }

    private sealed class IgnoredConditions(string ofTable, Func<TableEntity, bool> rows) : SimMutation
    {
        public override bool IgnoresCondition(string table, TableEntity stored) => table == ofTable && rows(stored);
    }

    private sealed class LostBlobs(Func<string, bool> paths) : SimMutation
    {
        public override bool SwallowsBlob(string path) => paths(path);
    }

    private sealed class HiddenBlobs(Func<string, bool> paths) : SimMutation
    {
        public override bool HidesBlob(string path) => paths(path);
    }

    private sealed class LostMessages(string ofQueue, Func<string, bool> texts) : SimMutation
    {
        public override bool SwallowsMessage(string queue, string text) => queue == ofQueue && texts(text);
    }

    private sealed class LostRows(string ofTable, Func<TableEntity, bool> rows) : SimMutation
    {
        public override bool SwallowsRow(string table, TableEntity row) => table == ofTable && rows(row);
    }

    private sealed class StoredOtherwise(string ofTable, Action<TableEntity> change) : SimMutation
    {
        public override void Write(string table, TableEntity row)
        {
            if (table == ofTable)
                change(row);
        }
    }

    private sealed class ReadOtherwise(string ofTable, Action<TableEntity> change) : SimMutation
    {
        public override void Read(string table, TableEntity row)
        {
            if (table == ofTable)
                change(row);
        }
    }
}
