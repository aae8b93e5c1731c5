namespace SparrowFunctions.Callbacks;

/// <summary>Decides when a callback that could not be delivered is tried again. Pure.</summary>
public static class CallbackPlan
{
    /// <summary>Longest wait that a receiver may ask for: what the queue can hold, less a minute.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);

    private const double Jitter = 0.1;

    // The schedule that Standard Webhooks recommends up to 10 hours, which are then kept: nearly three days in all
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        .. Enumerable.Repeat(TimeSpan.FromHours(10), 6),
    ];

    /// <summary>How often a callback is tried at most: once at once, and once after each wait.</summary>
    public static int MaxTries => Waits.Length + 1;

    /// <summary>The wait until the next try; null when the one that failed was the last.</summary>
    /// <param name="tries">How many failed, that one included.</param>
    /// <param name="retryAfter">The wait that the receiver asked for, if it did.</param>
    /// <param name="fraction">A random number from 0 to 1: up to a tenth is added, so that what failed together does not come back together.</param>
    public static TimeSpan? Wait(int tries, TimeSpan? retryAfter, double fraction)
    {
        if (tries > Waits.Length)
            return null;
        var own = Waits[Math.Max(tries, 1) - 1] * (1 + (Jitter * fraction));
        var asked = retryAfter > LongestWait ? LongestWait : retryAfter;
        return asked > own ? asked : own;
    }
}
