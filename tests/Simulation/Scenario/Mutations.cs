using Azure.Data.Tables;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Tests.Simulation.Storage;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>The safety lines that can be taken away from outside, each by its name. A seed that does not notice proves nothing.</summary>
internal static class Mutations
{
    public static IReadOnlyDictionary<string, SimMutation> All { get; } = new Dictionary<string, SimMutation>(StringComparer.Ordinal)
    {
        ["a claim goes through although another was first"] = new IgnoredConditions(StorageNames.JobsTable, row => row.GetString("State") == "running"),
        ["a received answer is not stored first"] = new LostBlobs(path => path.StartsWith("payloads/answers/", StringComparison.Ordinal)),
        ["the result is not written"] = new LostBlobs(path => path.EndsWith("/result.json", StringComparison.Ordinal)),
        ["a message that puts a job off is not sent"] = new LostMessages(StorageNames.WorkQueue, text => text.Contains("\"jobId\"", StringComparison.Ordinal)),
        ["dead letters are not written"] = new LostRows(StorageNames.DeadLettersTable, _ => true),
        ["sending is not on record"] = new ChangedRows(StorageNames.JobsTable, row =>
        {
            if (row.ContainsKey("Sending"))
                row["Sending"] = false;
        }),
    };

    private sealed class IgnoredConditions(string ofTable, Func<TableEntity, bool> rows) : SimMutation
    {
        public override bool IgnoresCondition(string table, TableEntity stored) => table == ofTable && rows(stored);
    }

    private sealed class LostBlobs(Func<string, bool> paths) : SimMutation
    {
        public override bool SwallowsBlob(string path) => paths(path);
    }

    private sealed class LostMessages(string ofQueue, Func<string, bool> texts) : SimMutation
    {
        public override bool SwallowsMessage(string queue, string text) => queue == ofQueue && texts(text);
    }

    private sealed class LostRows(string ofTable, Func<TableEntity, bool> rows) : SimMutation
    {
        public override bool SwallowsRow(string table, TableEntity row) => table == ofTable && rows(row);
    }

    private sealed class ChangedRows(string ofTable, Action<TableEntity> change) : SimMutation
    {
        public override void Write(string table, TableEntity row)
        {
            if (table == ofTable)
                change(row);
        }
    }
}
