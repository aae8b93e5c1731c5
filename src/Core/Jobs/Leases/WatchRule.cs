namespace SparrowFunctions.Jobs.Leases;

/// <summary>
/// Decides whether a worker is dead. Pure. A lapsed lease alone is not enough: after an outage of storage all leases have lapsed,
/// and their workers are about to renew them. So the row must also have stayed as it was between two looks that took place when they
/// were meant to, and the watcher itself must have been in touch with storage for a whole lease.
/// </summary>
public static class WatchRule
{
    /// <summary>How often a living worker changes its row.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>How much later than planned a look may be and still count; queues are polled at least every 10 seconds.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromSeconds(15);

    /// <summary>The pause between the looks of a suspicion: a living worker tries to renew several times in it.</summary>
    public static readonly TimeSpan Suspicion = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan JustAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long after a look at a renewed lease the next one is: first shortly before it lapses, to see the row's version, then right after.
    /// So a worker is believed dead as soon as its lease has lapsed, and not a suspicion later.
    /// </summary>
    public static TimeSpan UntilNextLook(TimeSpan left) => left > Suspicion ? left - Suspicion : left + JustAfter;

    /// <summary>Decides at one look.</summary>
    /// <param name="worker">The worker's row; null when it has none.</param>
    /// <param name="watch">The watch as it arrived.</param>
    /// <param name="now">The time.</param>
    /// <param name="lease">How long a lease is.</param>
    /// <param name="outageUntil">Until when the watcher itself was out of touch with storage, now where it still is; null when it never was.</param>
    public static WatchDecision Decide(WorkerRow? worker, Watch watch, DateTimeOffset now, TimeSpan lease, DateTimeOffset? outageUntil)
    {
        if (worker is null)
            return new(WorkerVerdict.Gone, TimeSpan.Zero);
        if (worker.Dead)
            return new(WorkerVerdict.Dead, TimeSpan.Zero);
        if (worker.LeaseUntil > now)
            return new(WorkerVerdict.LookAgain, UntilNextLook(worker.LeaseUntil - now));
        if (outageUntil is { } ended && ended + lease > now)
            return new(WorkerVerdict.LookAgain, ended + lease - now + JustAfter);

        // Nobody may have been able to look in time because storage was away, and with it every heartbeat: then all get a lease to come back in
        if (now - watch.LookAt > Lateness)
            return new(WorkerVerdict.LookAgain, lease);
        return watch.Seen == worker.ETag.ToString() && now - watch.SeenAt >= Heartbeat ? new(WorkerVerdict.Dead, TimeSpan.Zero) : new(WorkerVerdict.LookAgain, Suspicion);
    }
}
