namespace SparrowFunctions.LocalHost.Host;

/// <summary>
/// The stages of the host's end: it stops taking work, then (after the drain window) cancels what runs, then ends whatever runs.
/// The platform gives no promise that a function sees its token cancelled; this host neither.
/// </summary>
internal sealed class HostShutdown(FunctionsHostOptions options, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cancelling = new();
    private readonly CancellationTokenSource _ended = new();
    private int _begun;

    /// <summary>From now on nothing new is taken.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Running functions are asked to end. What fails from now on is left as it is: hidden until its time lapses.</summary>
    public CancellationToken Cancelling => _cancelling.Token;

    /// <summary>As if the process were gone: nothing is renewed, deleted or written any more.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Begins the shutdown; further calls do nothing.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
        {
            _stopping.Cancel();
            _ = RunOutAsync();
        }
    }

    /// <summary>Skips what is left of the waiting.</summary>
    public void End()
    {
        _stopping.Cancel();
        _ended.Cancel();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _cancelling.Dispose();
        _ended.Dispose();
    }

    private async Task RunOutAsync()
    {
        try
        {
            await Task.Delay(options.DrainWindow, time, Ended);
            await _cancelling.CancelAsync();
            await Task.Delay(options.CancelGrace, time, Ended);
            await _ended.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // everything ended earlier
        }
    }
}
