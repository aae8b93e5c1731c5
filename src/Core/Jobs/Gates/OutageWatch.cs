using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs.Gates;

/// <summary>Tells an outage of Sparrow from single faults: connect failures and 5xx with no success between for 60 seconds.</summary>
public sealed class OutageWatch(TimeProvider time)
{
    /// <summary>How long nothing may have succeeded.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private DateTimeOffset? _failingSince;

    /// <summary>A call was answered by Sparrow itself, well or badly.</summary>
    public void Answered()
    {
        lock (_lock)
            _failingSince = null;
    }

    /// <summary>Whether an error is one of those that make an outage when nothing succeeds between them. A single one shows that a closed gate is to stay closed.</summary>
    public static bool IsDown(SparrowError error) =>
        error.Kind == FailureKind.Transient && (error.Fault == SparrowFault.NotSent || error.Status >= 500);

    /// <summary>A call failed.</summary>
    /// <returns>Whether it is one failure too many in a row: the gate should close.</returns>
    public bool Failed(SparrowError error)
    {
        if (!IsDown(error))
        {
            if (error.Fault == SparrowFault.Answered)
                Answered();
            return false;
        }

        lock (_lock)
        {
            var now = time.GetUtcNow();
            _failingSince ??= now;
            return now - _failingSince >= Limit;
        }
    }
}
