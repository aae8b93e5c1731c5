using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.Jobs.Permits;

namespace SparrowFunctions.Tests.Core.Jobs.Permits;

/// <summary>The pool under whatever order of events, and against a service whose limit it has to find.</summary>
public sealed class PermitPoolModelTests
{
    private const int Cap = 6;

    [Fact]
    public void Whatever_happens_in_whatever_order_no_permit_is_lost_and_no_more_are_out_than_the_limit_allows() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 40]).Array[0, 60].Sample(steps =>
        {
            var time = new FakeTimeProvider();
            using var pool = new PermitPool(Cap, time);
            var waiting = new List<Task<Permit?>>();
            var held = new List<Permit>();
            foreach (var (step, number) in steps)
            {
                if (step <= 1)
                    waiting.Add(pool.TakeAsync((Lane)step, TimeSpan.FromSeconds(1 + number)));
                else if (step == 2 && pool.TryTake() is { } taken)
                    held.Add(taken);
                else if (step <= 5 && held.Count > 0)
                    Return(held, number, served: step == 3, tooMuch: step == 4);
                else if (step == 6)
                    time.Advance(TimeSpan.FromSeconds(number));
                Settle(pool, waiting, held);
                held.Count.ShouldBeLessThanOrEqualTo(Cap);
                pool.Limit.ShouldBeInRange(1, Cap);
            }

            while (held.Count > 0)
                Return(held, 0, served: true, tooMuch: false);
            time.Advance(TimeSpan.FromMinutes(2));
            Settle(pool, waiting, held);
            while (waiting.Count > 0 || held.Count > 0)
            {
                foreach (var permit in held)
                    permit.Dispose();
                held.Clear();
                time.Advance(TimeSpan.FromMinutes(1));
                Settle(pool, waiting, held);
            }

            var limit = pool.Limit;
            for (var n = 0; n < limit; n++)
                pool.TryTake().ShouldNotBeNull($"permit {n + 1} of {limit} is lost");
            pool.TryTake().ShouldBeNull();
        }, iter: 300);

    [Fact]
    public void The_limit_of_the_service_is_found_and_followed_with_few_refusals()
    {
        var time = new FakeTimeProvider();
        using var pool = new PermitPool(64, time);
        var running = new PriorityQueue<Permit, DateTimeOffset>();
        var random = new Random(7);
        var (served, refused, capacity) = (0, 0, 0.0);
        foreach (var (hidden, seconds) in ((int, int)[])[(32, 600), (8, 600), (24, 600)])
        {
            for (var step = 0; step < seconds * 10; step++)
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                while (running.TryPeek(out var ended, out var at) && at <= time.GetUtcNow())
                {
                    running.Dequeue();
                    ended.Served();
                    ended.Dispose();
                    served++;
                }

                while (pool.TryTake() is { } permit)
                {
                    if (running.Count < hidden)
                    {
                        running.Enqueue(permit, time.GetUtcNow().AddSeconds(1.5 + random.NextDouble()));
                        continue;
                    }

                    refused++;
                    permit.TooMuch(TimeSpan.FromSeconds(1));
                    permit.Dispose();
                }

                capacity += hidden / 2.0 / 10;
            }
        }

        (served / capacity).ShouldBeGreaterThan(0.85);
        (refused / (double)served).ShouldBeLessThan(0.03);
    }

    private static void Return(List<Permit> held, int number, bool served, bool tooMuch)
    {
        var permit = held[number % held.Count];
        held.Remove(permit);
        if (served)
            permit.Served();
        if (tooMuch)
            permit.TooMuch(TimeSpan.FromSeconds(number));
        permit.Dispose();
    }

    // Whoever is in no lane any more has been answered, and learns of it on another thread; the model goes on when all have
    private static void Settle(PermitPool pool, List<Task<Permit?>> waiting, List<Permit> held)
    {
        SpinWait.SpinUntil(() => waiting.Count(waiter => !waiter.IsCompleted) == pool.WaitingIn(Lane.Fresh) + pool.WaitingIn(Lane.Again), TimeSpan.FromMinutes(5)).ShouldBeTrue();
        foreach (var done in waiting.Where(waiter => waiter.IsCompleted).ToArray())
        {
            waiting.Remove(done);
            if (done.Result is { } permit)
                held.Add(permit);
        }
    }
}
