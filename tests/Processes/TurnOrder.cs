using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Judges from the emulator's ledger whether the turns of conversations were asked one at a time, in order, on one thread.</summary>
internal static class TurnOrder
{
    /// <summary>The job of a turn.</summary>
    public static string JobId(int conversation, int turn) => $"c{conversation:000}-t{turn:00}";

    /// <summary>What is wrong, a sentence each.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<SeenCall> calls, int conversations, int turns)
    {
        var byJob = calls.ToLookup(call => call.JobId);
        var problems = new List<string>();
        foreach (var conversation in Enumerable.Range(0, conversations))
        {
            for (var turn = 2; turn <= turns; turn++)
            {
                var before = byJob[JobId(conversation, turn - 1)].Where(call => call.Billed).ToArray();
                var after = byJob[JobId(conversation, turn)].ToArray();
                if (before.Length > 0 && after.Length > 0 && after.Min(call => call.Started) < before.Max(call => call.Ended ?? DateTimeOffset.MaxValue))
                    problems.Add($"{JobId(conversation, turn)} was asked before the turn before it was over.");
            }
        }

        problems.AddRange(calls
            .Where(call => call.Billed && call.ParentMessageId is not null)
            .GroupBy(call => (call.ConversationId, call.ParentMessageId))
            .Where(group => group.Count() > 1)
            .Select(group => $"A fork: {string.Join(" and ", group.Select(call => $"{call.JobId} (#{call.Number})"))} went on from the same message."));
        return problems;
    }
}
