using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.Jobs.Permits;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Jobs.Permits;

public sealed class PermitPoolTests
{
    private static readonly TimeSpan Patience = CallPermits.Patience;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void No_more_than_the_cap_call_at_once()
    {
        using var pool = new PermitPool(3, _time);

        Enumerable.Range(0, 5).Select(_ => pool.TryTake()).Count(permit => permit is not null).ShouldBe(3);
    }

    [Fact]
    public async Task Waiters_of_a_lane_are_served_first_come_first_served()
    {
        using var pool = new PermitPool(1, _time);
        var permit = pool.TryTake()!;
        Task<Permit?>[] waiters = [.. Enumerable.Range(0, 5).Select(_ => pool.TakeAsync(Lane.Again, Patience))];

        foreach (var waiter in waiters)
        {
            waiter.IsCompleted.ShouldBeFalse();
            permit.Dispose();
            permit = (await waiter).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_single_fresh_waiter_beside_a_thousand_others_gets_the_next_permit()
    {
        using var pool = new PermitPool(1, _time);
        var permit = pool.TryTake()!;
        Task<Permit?>[] flood = [.. Enumerable.Range(0, 1000).Select(_ => pool.TakeAsync(Lane.Again, Patience))];
        permit.Dispose();
        permit = (await flood[0])!;
        var fresh = pool.TakeAsync(Lane.Fresh, Patience);

        permit.Dispose();

        await Eventually.EndsAsync("a permit is given", fresh);
        flood.Count(waiter => waiter.IsCompleted).ShouldBe(1);
    }

    [Fact]
    public async Task The_two_lanes_take_turns()
    {
        using var pool = new PermitPool(1, _time);
        var permit = pool.TryTake()!;
        var order = new List<Lane>();
        Task[] waiters =
        [
            .. Enumerable.Range(0, 12).Select(async n =>
            {
                var lane = n < 8 ? Lane.Again : Lane.Fresh;
                using var taken = await pool.TakeAsync(lane, Patience);
                lock (order)
                    order.Add(lane);
            }),
        ];

        permit.Dispose();
        await Task.WhenAll(waiters);

        order.Take(8).Count(lane => lane == Lane.Fresh).ShouldBe(4);
        order.Count.ShouldBe(12);
    }

    [Fact]
    public async Task Nobody_overtakes_those_who_wait()
    {
        using var pool = new PermitPool(1, _time);
        var permit = pool.TryTake()!;
        var waiter = pool.TakeAsync(Lane.Again, Patience);

        pool.TryTake().ShouldBeNull();
        permit.Dispose();
        pool.TryTake().ShouldBeNull();
        (await waiter).ShouldNotBeNull().Dispose();
        pool.TryTake().ShouldNotBeNull();
    }

    [Fact]
    public async Task Patience_that_runs_out_leaves_the_lane_and_takes_nothing_with_it()
    {
        using var pool = new PermitPool(1, _time);
        var permit = pool.TryTake()!;
        var impatient = pool.TakeAsync(Lane.Fresh, Patience);
        _time.Advance(Patience - TimeSpan.FromTicks(1));
        impatient.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromTicks(1));

        (await impatient).ShouldBeNull();
        permit.Dispose();
        pool.TryTake().ShouldNotBeNull("whoever gave up must not be given a permit that nobody returns");
    }

    [Fact]
    public void A_refusal_cuts_the_limit_by_a_fifth_and_blocks_for_as_long_as_was_asked()
    {
        using var pool = new PermitPool(32, _time);

        Refuse(pool.TryTake()!, TimeSpan.FromSeconds(7));

        pool.Limit.ShouldBe(25);
        pool.BlockedFor.ShouldBe(TimeSpan.FromSeconds(7));
        pool.TryTake().ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(7));
        pool.BlockedFor.ShouldBe(TimeSpan.Zero);
        pool.TryTake().ShouldNotBeNull();
    }

    [Fact]
    public void Refusals_of_calls_that_began_before_a_cut_cut_no_more()
    {
        using var pool = new PermitPool(32, _time);
        Permit[] permits = [.. Enumerable.Range(0, 32).Select(_ => pool.TryTake()!)];
        _time.Advance(TimeSpan.FromSeconds(1));

        foreach (var permit in permits)
        {
            Refuse(permit, TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        pool.Limit.ShouldBe(25);
    }

    [Fact]
    public void A_refusal_under_the_new_limit_cuts_again_down_to_one_at_least()
    {
        using var pool = new PermitPool(4, _time);
        foreach (var limit in (int[])[3, 2, 2, 1, 1, 1, 1])
        {
            Refuse(pool.TryTake()!, TimeSpan.FromSeconds(1));
            pool.Limit.ShouldBe(limit);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Served_calls_raise_the_limit_by_about_one_a_round_and_never_over_the_cap()
    {
        using var pool = new PermitPool(16, _time);
        Refuse(pool.TryTake()!, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        pool.Limit.ShouldBe(12);

        Serve(pool, 13);
        pool.Limit.ShouldBe(13);
        Serve(pool, 1000);
        pool.Limit.ShouldBe(16);
    }

    [Fact]
    public void A_call_that_taught_nothing_changes_nothing()
    {
        using var pool = new PermitPool(4, _time);
        pool.TryTake()!.Dispose();

        (pool.Limit, pool.BlockedFor).ShouldBe((4, TimeSpan.Zero));
    }

    [Fact]
    public void A_permit_is_returned_once_however_often_it_is_disposed_of()
    {
        using var pool = new PermitPool(1, _time);
        var permit = pool.TryTake()!;
        permit.Dispose();
        permit.Dispose();

        pool.TryTake().ShouldNotBeNull();
        pool.TryTake().ShouldBeNull();
    }

    [Fact]
    public async Task When_a_block_ends_the_waiters_go_on_by_themselves()
    {
        using var pool = new PermitPool(4, _time);
        Refuse(pool.TryTake()!, TimeSpan.FromSeconds(20));
        Task<Permit?>[] waiters = [.. Enumerable.Range(0, 4).Select(_ => pool.TakeAsync(Lane.Fresh, Patience))];
        waiters.ShouldAllBe(waiter => !waiter.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(20));

        await Eventually.EndsAsync("a permit is given", waiters[0]);
        await Eventually.EndsAsync("a permit is given", waiters[1]);
        await Eventually.EndsAsync("a permit is given", waiters[2]);
        waiters[3].IsCompleted.ShouldBeFalse("the limit was cut");
    }

    [Fact]
    public async Task The_waiters_go_on_also_when_the_timer_rings_a_little_early()
    {
        var time = new EarlyTimers(_time);
        using var pool = new PermitPool(4, time);
        Refuse(pool.TryTake()!, TimeSpan.FromMilliseconds(1000.7));
        var waiter = pool.TakeAsync(Lane.Fresh, Patience);

        _time.Advance(TimeSpan.FromMilliseconds(1000));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await Eventually.EndsAsync("a permit is given", waiter);
    }

    [Fact]
    public void A_longer_block_is_not_shortened_by_a_shorter_one()
    {
        using var pool = new PermitPool(8, _time);
        var (first, second) = (pool.TryTake()!, pool.TryTake()!);
        Refuse(first, TimeSpan.FromSeconds(60));
        Refuse(second, TimeSpan.FromSeconds(1));

        pool.BlockedFor.ShouldBe(TimeSpan.FromSeconds(60));
    }

    private static void Refuse(Permit permit, TimeSpan wait)
    {
        permit.TooMuch(wait);
        permit.Dispose();
    }

    private static void Serve(PermitPool pool, int calls)
    {
        for (var n = 0; n < calls; n++)
        {
            var permit = pool.TryTake()!;
            permit.Served();
            permit.Dispose();
        }
    }

    /// <summary>Timers as the system's own are: the due time is cut to whole milliseconds.</summary>
    private sealed class EarlyTimers(FakeTimeProvider time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(time.CreateTimer(callback, state, Cut(dueTime), period));

        private static TimeSpan Cut(TimeSpan dueTime) => TimeSpan.FromMilliseconds(Math.Floor(dueTime.TotalMilliseconds));

        private sealed class Timer(ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(Cut(dueTime), period);

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
