using Azure;
using CsCheck;
using SparrowFunctions.Jobs.Leases;

namespace SparrowFunctions.Tests.Core.Jobs.Leases;

public sealed class WatchRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(50);

    [Fact]
    public void A_worker_without_a_row_holds_nothing_and_its_watch_ends() =>
        WatchRule.Decide(null, Watch(), Now, Lease, null).Verdict.ShouldBe(WorkerVerdict.Gone);

    [Fact]
    public void A_fresh_lease_is_looked_at_again_shortly_before_and_right_after_it_would_lapse()
    {
        Decide(leaseLeft: 30).ShouldBe(new WatchDecision(WorkerVerdict.LookAgain, TimeSpan.FromSeconds(18)));
        Decide(leaseLeft: 12).ShouldBe(new WatchDecision(WorkerVerdict.LookAgain, TimeSpan.FromSeconds(12.5)));
        Decide(leaseLeft: 5).ShouldBe(new WatchDecision(WorkerVerdict.LookAgain, TimeSpan.FromSeconds(5.5)));
    }

    [Fact]
    public void A_lapsed_lease_whose_row_stayed_the_same_between_two_looks_on_schedule_is_death() =>
        Decide(leaseLeft: -1).Verdict.ShouldBe(WorkerVerdict.Dead);

    [Fact]
    public void A_lease_that_lapses_at_this_very_moment_has_lapsed() => Decide(leaseLeft: 0).Verdict.ShouldBe(WorkerVerdict.Dead);

    [Fact]
    public void The_first_look_at_a_lapsed_row_proves_nothing() => ShouldBeSuspicion(Decide(leaseLeft: -100, watch: Watch(seen: null)));

    [Fact]
    public void A_row_that_changed_since_the_last_look_is_a_sign_of_life() => ShouldBeSuspicion(Decide(leaseLeft: -100, watch: Watch(seen: "before")));

    [Theory]
    [InlineData(9.9, false)]
    [InlineData(10, true)]
    public void Between_two_looks_a_living_worker_must_have_had_time_for_a_heartbeat(double secondsSinceLook, bool dead) =>
        (Decide(leaseLeft: -1, watch: Watch(seenAgo: secondsSinceLook)).Verdict == WorkerVerdict.Dead).ShouldBe(dead);

    [Theory]
    [InlineData(15, true)]
    [InlineData(15.1, false)]
    [InlineData(3600, false)]
    public void A_look_that_comes_late_proves_nothing_since_storage_may_have_been_away_and_gives_all_a_lease_to_come_back_in(double secondsLate, bool dead)
    {
        var decision = Decide(leaseLeft: -1, watch: Watch(seenAgo: secondsLate + 50, late: secondsLate));

        decision.ShouldBe(dead ? new WatchDecision(WorkerVerdict.Dead, TimeSpan.Zero) : new WatchDecision(WorkerVerdict.LookAgain, Lease));
    }

    [Theory]
    [InlineData(49.9, false)]
    [InlineData(50, true)]
    public void After_its_own_outage_a_watcher_waits_a_whole_lease(double secondsSinceOutage, bool dead)
    {
        var decision = Decide(leaseLeft: -100, outageUntil: Now.AddSeconds(-secondsSinceOutage));

        (decision.Verdict == WorkerVerdict.Dead).ShouldBe(dead);
        if (!dead)
            decision.Delay.ShouldBeInRange(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_row_that_is_marked_dead_is_gone_on_with_whatever_its_lease_says() =>
        WatchRule.Decide(Row(leaseLeft: 40) with { Dead = true }, Watch(seen: null, late: 3600), Now, Lease, Now).Verdict.ShouldBe(WorkerVerdict.Dead);

    [Fact]
    public void Nobody_is_declared_dead_before_the_lease_has_lapsed_and_every_other_look_leads_to_one_more() =>
        Gen.Select(Gen.Double[-200, 200], Gen.Double[0, 200], Gen.Double[-60, 60], Gen.Bool, Gen.Double[0, 200].Nullable())
            .Sample((leaseLeft, seenAgo, late, same, outageAgo) =>
            {
                var decision = Decide(leaseLeft, Watch(same ? "now" : "before", seenAgo, late), outageAgo is { } ago ? Now.AddSeconds(-ago) : null);
                if (decision.Verdict == WorkerVerdict.Dead)
                    (leaseLeft <= 0.001 && same && late <= 15.001 && seenAgo >= 9.999 && outageAgo is not < 49.999).ShouldBeTrue();
                else
                    decision.Delay.ShouldBeGreaterThan(TimeSpan.Zero);
            });

    [Fact]
    public void A_worker_that_stops_is_declared_dead_within_about_a_minute_after_its_lease()
    {
        var lapses = Now.AddSeconds(50);
        var watch = new Watch("w", null, Now.AddSeconds(-20), Now);
        for (var now = Now; ; now = watch.LookAt)
        {
            var decision = WatchRule.Decide(new WorkerRow("w", lapses, [], Dead: false, new ETag("now")), watch, now, Lease, null);
            if (decision.Verdict == WorkerVerdict.Dead)
            {
                (now - lapses).ShouldBeLessThan(TimeSpan.FromSeconds(15));
                return;
            }

            watch = new Watch("w", new ETag("now").ToString(), now, now + decision.Delay);
        }
    }

    private static void ShouldBeSuspicion(WatchDecision decision)
    {
        decision.Verdict.ShouldBe(WorkerVerdict.LookAgain);
        decision.Delay.ShouldBe(WatchRule.Suspicion);
    }

    private static WatchDecision Decide(double leaseLeft, Watch? watch = null, DateTimeOffset? outageUntil = null) =>
        WatchRule.Decide(Row(leaseLeft), watch ?? Watch(), Now, Lease, outageUntil);

    private static WorkerRow Row(double leaseLeft) => new("w", Now.AddSeconds(leaseLeft), ["job"], Dead: false, new ETag("now"));

    private static Watch Watch(string? seen = "now", double seenAgo = 50, double late = 0) =>
        new("w", seen is null ? null : new ETag(seen).ToString(), Now.AddSeconds(-seenAgo), Now.AddSeconds(-late));
}
