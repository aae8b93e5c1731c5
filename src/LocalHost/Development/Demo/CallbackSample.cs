using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>A prompt whose outcome is called back, signed, to a small server that the sample starts.</summary>
public sealed class CallbackSample : IDemoSample
{
    /// <summary>The setting that holds the secret.</summary>
    public const string SecretKey = "Callbacks:Secret";

    private const int SecretBytes = 32;

    /// <inheritdoc/>
    public string Title => "queue: the outcome called back, signed";

    /// <summary>What the app needs for it: a secret of this run, and leave to call back to this machine.</summary>
    public static IReadOnlyDictionary<string, string?> NewSettings() => new Dictionary<string, string?>
    {
        [SecretKey] = $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes))}",
        ["Callbacks:AllowedHosts"] = CallbackReceiver.Host,
    };

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (context.CallbackSecret is not { Length: > 0 } secret)
            return DemoOutcome.Failed("The app has no Callbacks__Secret.");

        await using var receiver = await CallbackReceiver.StartAsync(secret, context.Time, cancellationToken);
        var id = $"demo-{context.Stamp}-callback";
        var prompt = new JsonObject
        {
            ["v"] = 1,
            ["id"] = id,
            ["prompt"] = "How far does a house sparrow fly in a day?",
            ["callback"] = new JsonObject { ["url"] = receiver.Address.ToString() },
        };
        await context.QueueAsync(prompt.ToJsonString(), cancellationToken);
        var outcome = await JobResult.OutcomeAsync(context, id, new Dictionary<string, long>(), progress, cancellationToken);
        if (!outcome.Succeeded) return outcome;

        progress.Report($"Waiting for the callback at {receiver.Address}");
        var told = await receiver.FirstAsync(cancellationToken);
        return outcome with
        {
            Problem = told is { Type: "job.succeeded" } && told.JobId == id ? null : $"The callback told {told.Type} of {told.JobId}.",
            Notes = [$"{told.Type} came as {told.Id}; its signature was verified"],
        };
    }
}
