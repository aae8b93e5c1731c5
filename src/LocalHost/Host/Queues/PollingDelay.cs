using SparrowFunctions.Jobs;

namespace SparrowFunctions.LocalHost.Host.Queues;

/// <summary>The wait between two looks at an idle queue: doubled from 100 ms to a longest one, with 20 % of jitter either way.</summary>
internal sealed class PollingDelay(TimeSpan longest, IRandomSource random)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private TimeSpan _next = Shortest;

    /// <summary>The wait after one more look in vain.</summary>
    public TimeSpan Next()
    {
        var jittered = _next * (0.8 + (0.4 * random.NextFraction()));
        _next = _next * 2 < longest ? _next * 2 : longest;
        return jittered < longest ? jittered : longest;
    }

    /// <summary>Begins again: something was there.</summary>
    public void Reset() => _next = Shortest < longest ? Shortest : longest;
}
