namespace SparrowEmulator.Calls;

/// <summary>A call being handled. Only its own request changes it; anyone may look.</summary>
internal sealed class OpenCall(CallRecord record)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CallRecord _record = record;

    /// <summary>The call as it stands now.</summary>
    public CallRecord Record => Volatile.Read(ref _record);

    /// <summary>Ends when the call need not wait any longer.</summary>
    public Task Released => _released.Task;

    /// <summary>Lets the call go on without its latency and its delay, or what is left of them.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Adds what has become known.</summary>
    public void Describe(Func<CallRecord, CallRecord> change) => Volatile.Write(ref _record, change(_record));
}
