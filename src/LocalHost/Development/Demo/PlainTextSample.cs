namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>A bare text on the queue is a prompt; the job's id is the message's.</summary>
public sealed class PlainTextSample : IDemoSample
{
    /// <inheritdoc/>
    public string Title => "queue: a plain text";

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var id = await context.QueueAsync("Why is the sky blue?", cancellationToken);
        return await JobResult.OutcomeAsync(context, id, new Dictionary<string, long>(), progress, cancellationToken);
    }
}
