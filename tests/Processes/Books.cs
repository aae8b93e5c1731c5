using System.Text.Json;
using Azure.Data.Tables;
using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>
/// Everything there is to say about a run, gathered when it is over: what was sent, what the emulator was paid for, what the product says of it.
/// </summary>
/// <param name="Sent">The ids of the jobs sent.</param>
/// <param name="Calls">The emulator's ledger, the only judge of what was paid.</param>
/// <param name="Outcomes">The results, by job.</param>
/// <param name="States">The states in table jobs, by job.</param>
/// <param name="DeadLetters">The jobs that have a dead letter.</param>
/// <param name="Silences">When hosts were killed, stopped or stood still: nothing else may hide what came of a call.</param>
internal sealed record Books(
    IReadOnlyCollection<string> Sent,
    IReadOnlyList<SeenCall> Calls,
    IReadOnlyDictionary<string, Outcome> Outcomes,
    IReadOnlyDictionary<string, string> States,
    IReadOnlySet<string> DeadLetters,
    IReadOnlyList<Silence> Silences)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Gathers them.</summary>
    public static async Task<Books> CloseAsync(Cluster cluster, IReadOnlyCollection<string> sent, CancellationToken cancellationToken)
    {
        var outcomes = new Dictionary<string, Outcome>(StringComparer.Ordinal);
        foreach (var id in await cluster.EndedAsync(cancellationToken))
        {
            var content = await cluster.Results.GetBlobClient($"{id}/result.json").DownloadContentAsync(cancellationToken);
            outcomes[id] = JsonSerializer.Deserialize<Outcome>(content.Value.Content, Json)!;
        }

        var states = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var row in cluster.Tables.GetTableClient("jobs").QueryAsync<TableEntity>(cancellationToken: cancellationToken))
        {
            if (row.GetString("State") is { } state) states[row.RowKey] = state;
        }

        var letters = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in cluster.Tables.GetTableClient("deadletters").QueryAsync<TableEntity>(cancellationToken: cancellationToken))
            letters.Add(row.GetString("JobId") ?? $"(no job) {row.GetString("Reason")}");

        return new Books(sent, await cluster.Emulator.CallsAsync(cancellationToken), outcomes, states, letters, cluster.Silences);
    }

    /// <summary>What does not add up, a sentence each; empty when nothing was lost, repeated in silence or told wrongly.</summary>
    public IReadOnlyList<string> Problems()
    {
        var calls = Calls.ToLookup(call => call.JobId);
        var problems = Sent.SelectMany(id => Problems(id, [.. calls[id]])).ToList();
        problems.AddRange(calls.Where(group => !Sent.Contains(group.Key ?? "") && group.Any(call => !call.WasCutOff)).Select(group => $"{group.Count()} calls belong to no job that was sent ({group.Key})."));
        problems.AddRange(States.Keys.Except(Sent).Select(id => $"{id}: nobody sent this job."));
        problems.AddRange(DeadLetters.Where(id => !Outcomes.TryGetValue(id, out var outcome) || outcome.State != "failed").Select(id => $"{id}: a dead letter of a job that has not failed."));
        return problems;
    }

    /// <summary>One line for the test's output.</summary>
    public string Summary() =>
        $"{Sent.Count} jobs, {Calls.Count} calls of which {Calls.Count(call => call.Billed)} billed, "
        + $"{Outcomes.Values.Sum(outcome => outcome.PossiblyBilled)} counted as possibly billed; "
        + string.Join(", ", Outcomes.Values.GroupBy(outcome => outcome.State).Select(group => $"{group.Count()} {group.Key}"));

    private IEnumerable<string> Problems(string id, IReadOnlyList<SeenCall> calls)
    {
        if (!States.TryGetValue(id, out var state))
        {
            yield return $"{id}: lost, the ledger has no row.";
            yield break;
        }

        if (!Outcomes.TryGetValue(id, out var outcome))
        {
            yield return $"{id}: has no result and is {state}.";
            yield break;
        }

        if (outcome.State != state) yield return $"{id}: result.json says {outcome.State}, the ledger {state}.";
        foreach (var problem in outcome.State == "succeeded" ? Succeeded(outcome, calls) : Failed(outcome)) yield return problem;

        // One call is paid for; every further one must be on record as possibly billed
        var billed = calls.Count(call => call.Billed);
        var admitted = outcome.PossiblyBilled + (outcome.State == "succeeded" ? 1 : 0);
        if (billed > admitted) yield return $"{id}: {billed} calls were billed, {admitted} are on record ({outcome.State}).";

        // And a call is only in doubt where its host fell silent: an answer that reached a living host is not paid for again
        var spoilt = calls.Count(call => call.Billed && !Silences.Any(silence => silence.Meets(call))) - (outcome.State == "succeeded" ? 1 : 0);
        if (spoilt > 0) yield return $"{id}: {spoilt} calls were billed for nothing while every host was well.";
    }

    private static IEnumerable<string> Succeeded(Outcome outcome, IReadOnlyList<SeenCall> calls)
    {
        if (outcome.Answer?.Contains(PromptMark.Text(outcome.Id), StringComparison.Ordinal) != true)
            yield return $"{outcome.Id}: the answer is another prompt's: {outcome.Answer}";
        if (!calls.Any(call => call.Status == 200)) yield return $"{outcome.Id}: succeeded without any call answered.";
    }

    private IEnumerable<string> Failed(Outcome outcome)
    {
        if (outcome.State != "failed") yield return $"{outcome.Id}: ended as {outcome.State}, which nobody asked for.";
        if (outcome is not { Kind.Length: > 0, Reason.Length: > 0 }) yield return $"{outcome.Id}: failed without saying why.";
        if (outcome.Kind != "ambiguous") yield return $"{outcome.Id}: failed as {outcome.Kind} ({outcome.Reason}), although nothing but processes went wrong.";
        if (!DeadLetters.Contains(outcome.Id)) yield return $"{outcome.Id}: failed without a dead letter.";
    }
}
