using SparrowEmulator.Sessions;

namespace SparrowEmulator.Calls;

/// <summary>Every call since the start or the last reset, in order of arrival.</summary>
internal sealed partial class CallLedger(EmulatorClock clock, ILogger<CallLedger> logger)
{
    private readonly Lock _gate = new();
    private readonly List<OpenCall> _calls = [];

    /// <summary>Takes a request down as it arrives, before its body is read.</summary>
    public OpenCall Open(CallKind kind, HttpContext context)
    {
        lock (_gate)
        {
            var record = new CallRecord(_calls.Count + 1, kind, context.Request.Path, Tokens.Hash(Tokens.Of(context.Request))) { Started = clock.RealNow };
            var call = new OpenCall(record);
            _calls.Add(call);
            return call;
        }
    }

    /// <summary>All calls as they stand now.</summary>
    public IReadOnlyList<CallRecord> Snapshot()
    {
        lock (_gate) return _calls.ConvertAll(call => call.Record);
    }

    /// <summary>Lets calls go on that wait out their latency or their delay.</summary>
    /// <param name="number">The one that is meant; null for all of now.</param>
    /// <returns>False when there is no such call.</returns>
    public bool TryRelease(int? number)
    {
        lock (_gate)
        {
            var released = _calls.FindAll(call => number is null || call.Record.Number == number);
            released.ForEach(call => call.Release());
            return number is null || released.Count > 0;
        }
    }

    /// <summary>Forgets all calls. One still running goes on unseen.</summary>
    public void Clear()
    {
        lock (_gate) _calls.Clear();
    }

    /// <summary>Closes a call. Comes before the response is sent, so that whoever has the answer finds the call ended.</summary>
    public void End(OpenCall call, Reply reply)
    {
        call.Describe(r => r with { Ended = clock.RealNow, Status = reply.LedgerStatus, Billed = reply.Billed });
        var r = call.Record;
        Log.Ended(logger, r.Number, r.Kind, r.Route, reply.LedgerStatus, r.Billed, (clock.RealNow - r.Started).TotalMilliseconds);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "#{Number} {Kind} {Route}: {Status}, billed {Billed}, {Milliseconds} ms")]
        public static partial void Ended(ILogger logger, int number, CallKind kind, string route, int status, bool billed, double milliseconds);
    }
}
