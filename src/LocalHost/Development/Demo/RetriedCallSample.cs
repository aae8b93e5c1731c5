using System.Globalization;
using System.Text.Json.Nodes;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>A prompt whose first call fails; the emulator is told to. The second try comes from the queue, after a delay that is on record.</summary>
public sealed class RetriedCallSample : IDemoSample
{
    // Not 503, which may be repeated within the same try
    private const int Failure = 500;

    /// <inheritdoc/>
    public string Title => "queue: a call that fails once and is tried again";

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var id = $"demo-{context.Stamp}-retry";
        var fault = new JsonObject
        {
            ["match"] = new JsonObject { ["promptContains"] = id },
            ["times"] = 1,
            ["fault"] = new JsonObject { ["status"] = Failure },
        };
        if (await context.PrepareEmulatorAsync("/__admin/faults", new JsonArray(fault), cancellationToken) is { } problem)
            return DemoOutcome.Failed(problem);

        var prompt = new JsonObject { ["v"] = 1, ["id"] = id, ["prompt"] = $"Why do sparrows bathe in dust? (sample {id})" };
        await context.QueueAsync(prompt.ToJsonString(), cancellationToken);
        var outcome = await JobResult.OutcomeAsync(context, id, new Dictionary<string, long>(), progress, cancellationToken);
        var result = await JobResult.WaitAsync(context, id, progress, cancellationToken);
        return outcome with
        {
            Problem = outcome.Problem ?? Problem(result.Attempts),
            Notes = [.. result.Attempts.Select((attempt, i) => Line(attempt, i == 0 ? null : attempt.StartedAt - result.Attempts[i - 1].StartedAt))],
        };
    }

    private static string? Problem(IReadOnlyList<JobResultAttempt> attempts) => attempts switch
    {
        [{ Kind: "transient", Status: Failure }, { Kind: null }] => null,
        [var first, _] => $"The first attempt is on record as {first.Kind ?? "no failure"} with status {first.Status}, not as transient with {Failure}.",
        _ => $"result.json has {attempts.Count} attempt(s) where 2 were expected.",
    };

    private static string Line(JobResultAttempt attempt, TimeSpan? after) => string.Create(
        CultureInfo.InvariantCulture,
        $"attempt {attempt.N}{(after is { } since ? $", {since.TotalSeconds:0.0} s later" : "")}: status {attempt.Status}{(attempt.Kind is { } kind ? $", {kind}" : "")}");
}
