using System.Diagnostics.Tracing;

namespace SparrowFunctions;

/// <summary>
/// Tells when the stream to the Functions host has broken. The worker's packages keep that to themselves and live on; the gRPC client says it in its events,
/// and the stream is the only gRPC call of this process.
/// </summary>
internal sealed class HostStream : EventListener
{
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the stream has ended, in whatever way.</summary>
    public Task Broken => _broken.Task;

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Grpc.Net.Client")
            EnableEvents(eventSource, EventLevel.Verbose);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName == "CallStop")
            _broken.TrySetResult();
    }
}
