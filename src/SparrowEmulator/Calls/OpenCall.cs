namespace SparrowEmulator.Calls;

/// <summary>A call being handled. Only its own request changes it; anyone may look.</summary>
internal sealed class OpenCall(CallRecord record)
{
    private CallRecord _record = record;

    /// <summary>The call as it stands now.</summary>
    public CallRecord Record => Volatile.Read(ref _record);

    /// <summary>Adds what has become known.</summary>
    public void Describe(Func<CallRecord, CallRecord> change) => Volatile.Write(ref _record, change(_record));
}
