using System.Threading.Channels;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation;

/// <summary>The simulated world itself: what a seed rules, and that nothing escapes it.</summary>
public sealed class WorldTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void The_clock_moves_only_when_nothing_can_run_and_straight_to_the_next_event()
    {
        using var world = new SimWorld(1);
        var process = world.NewProcess("p");
        var time = new SimTime(process);
        var seen = new List<DateTimeOffset>();
        process.Start(async () =>
        {
            seen.Add(time.GetUtcNow());
            await Task.Delay(TimeSpan.FromMinutes(7), time, CancellationToken.None);
            seen.Add(time.GetUtcNow());
        });

        world.RunFor(Hour);

        seen.ShouldBe([SimWorld.Beginning, SimWorld.Beginning.AddMinutes(7)]);
        world.Elapsed.ShouldBe(Hour);
    }

    [Fact]
    public void A_killed_process_goes_no_further_than_the_await_it_stands_at()
    {
        using var world = new SimWorld(1);
        var process = world.NewProcess("p");
        var time = new SimTime(process);
        var seen = new List<string>();
        process.Start(async () =>
        {
            try
            {
                seen.Add("before");
                await Task.Delay(TimeSpan.FromSeconds(10), time, CancellationToken.None);
                seen.Add("after");
            }
            finally
            {
                seen.Add("finally");
            }
        });
        world.After(TimeSpan.FromSeconds(5), process.Kill);

        world.RunFor(Hour);

        seen.ShouldBe(["before"]);
    }

    [Fact]
    public void A_paused_process_runs_late_what_was_due_meanwhile()
    {
        using var world = new SimWorld(1);
        var process = world.NewProcess("p");
        var time = new SimTime(process);
        var woke = TimeSpan.Zero;
        process.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(10), time, CancellationToken.None);
            woke = world.Elapsed;
        });
        world.After(TimeSpan.FromSeconds(5), process.Pause);
        world.After(TimeSpan.FromSeconds(60), process.Resume);

        world.RunFor(Hour);

        woke.ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_skewed_process_has_its_own_wall_clock_and_the_worlds_stop_watch()
    {
        using var world = new SimWorld(1);
        var time = new SimTime(world.NewProcess("p", TimeSpan.FromSeconds(2)));

        time.GetUtcNow().ShouldBe(SimWorld.Beginning.AddSeconds(2));
        time.GetTimestamp().ShouldBe(0);
    }

    [Fact]
    public void What_the_base_class_library_awaits_stays_on_the_worlds_thread()
    {
        using var world = new SimWorld(1);
        var process = world.NewProcess("p");
        var time = new SimTime(process);
        var done = new List<string>();
        var thread = Environment.CurrentManagedThreadId;
        var gate = new SemaphoreSlim(1);
        var channel = Channel.CreateUnbounded<int>();

        async Task Say(string what, Task task)
        {
            await task;
            Environment.CurrentManagedThreadId.ShouldBe(thread);
            SynchronizationContext.Current.ShouldBe(process);
            done.Add(what);
        }

        async Task TimeOut()
        {
            using var source = new CancellationTokenSource(TimeSpan.FromSeconds(3), time);
            await SimExpect.ThrowsAsync<OperationCanceledException>(() => Task.Delay(Hour, time, source.Token));
        }

        async Task Tick()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
            for (var i = 0; i < 3; i++)
                (await timer.WaitForNextTickAsync(CancellationToken.None)).ShouldBeTrue();
        }

        async Task Hold()
        {
            await gate.WaitAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            gate.Release();
        }

        async Task Read()
        {
            while (await channel.Reader.WaitToReadAsync(CancellationToken.None))
                channel.Reader.TryRead(out _).ShouldBeTrue();
        }

        async Task Write()
        {
            await Task.Delay(TimeSpan.FromSeconds(2), time, CancellationToken.None);
            await channel.Writer.WriteAsync(1, CancellationToken.None);
            channel.Writer.Complete();
        }

        process.Start(() => Say("time out", TimeOut()));
        process.Start(() => Say("tick", Tick()));
        process.Start(() => Say("hold", Hold()));
        process.Start(() => Say("hold", Hold()));
        process.Start(() => Say("read", Read()));
        process.Start(() => Say("write", Write()));
        process.Start(() => Say("all", Task.WhenAll(Hold(), Task.Delay(TimeSpan.FromSeconds(9), time, CancellationToken.None))));
        process.Start(() => Say("any", Task.WhenAny(new TaskCompletionSource().Task, Task.Delay(TimeSpan.FromSeconds(9), time, CancellationToken.None))));
        process.Start(() => Say("patience", SimExpect.ThrowsAsync<TimeoutException>(() => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously).Task.WaitAsync(TimeSpan.FromSeconds(4), time))));

        world.RunFor(Hour);

        done.Order(StringComparer.Ordinal).ShouldBe(["all", "any", "hold", "hold", "patience", "read", "tick", "time out", "write"]);
    }

    [Fact]
    public void The_order_among_those_that_can_run_is_the_seeds()
    {
        var orders = Enumerable.Range(1, 20).Select(seed => (First: Order(seed), Second: Order(seed))).ToList();

        orders.ShouldAllBe(order => order.First == order.Second);
        orders.Select(order => order.First).Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Code_that_leaves_for_the_thread_pool_fails_the_seed_and_is_named()
    {
        using var world = new SimWorld(7);
        var process = world.NewProcess("p");
        process.Start(async () => await Task.Run(static () => { }, CancellationToken.None));
        process.Start(async () =>
        {
            // The pool needs real time, and the world has none of its own
            for (var i = 0; i < 60_000; i++)
            {
                SpinWait.SpinUntil(static () => false, TimeSpan.FromMilliseconds(5));
                await Task.Delay(TimeSpan.FromMilliseconds(50), new SimTime(process), CancellationToken.None);
            }
        });

        var failure = Should.Throw<SimFailureException>(() => world.RunFor(Hour));

        failure.Message.ShouldStartWith("Seed 7:");
        failure.Message.ShouldContain("thread");
    }

    [Fact]
    public void Code_that_spins_without_waiting_fails_the_seed()
    {
        using var world = new SimWorld(1);
        var process = world.NewProcess("p");
        process.Start(async () =>
        {
            while (true)
                await Task.Yield();
        });

        Should.Throw<SimFailureException>(() => world.RunFor(Hour)).Message.ShouldContain("spins");
    }

    private static string Order(int seed)
    {
        using var world = new SimWorld(seed);
        var order = new List<int>();
        foreach (var number in Enumerable.Range(0, 6))
        {
            world.NewProcess("p").Start(() =>
            {
                order.Add(number);
                return Task.CompletedTask;
            });
        }

        world.RunFor(Hour);
        return string.Join(',', order);
    }
}
