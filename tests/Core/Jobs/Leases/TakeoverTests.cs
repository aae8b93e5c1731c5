using SparrowFunctions.Intake;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Tests.Infrastructure;
using LeasedWorker = SparrowFunctions.Jobs.Leases.Worker;

namespace SparrowFunctions.Tests.Core.Jobs.Leases;

public sealed class TakeoverTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly string[] Jobs = ["a", "b", "c"];

    private Pipeline _dying = null!;
    private Pipeline _living = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private WorkerTable Workers => _living.Get<WorkerTable>();

    public async ValueTask InitializeAsync()
    {
        _dying = await Pipeline.StartAsync(azurite);
        _living = await _dying.AnotherAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _living.DisposeAsync();
        await _dying.DisposeAsync();
    }

    [Fact]
    public async Task The_jobs_of_a_dead_worker_are_handed_on_its_row_goes_and_the_watch_ends()
    {
        var hold = await DieAsync();
        var died = _living.Time.GetUtcNow();

        await FollowWatchAsync(hold, until: () => TakenOver.Length > 0);

        TakenOver.ShouldBe(Jobs, ignoreOrder: true);
        (_living.Time.GetUtcNow() - died).ShouldBeLessThan(TimeSpan.FromSeconds(50 + 25));
        (await Workers.FindAsync(hold.Worker, Cancel)).ShouldBeNull();
        await FollowWatchAsync(hold, until: () => false);
        TakenOver.Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_guard_is_on_its_way_before_anything_is_done()
    {
        var hold = await DieAsync();
        var requests = _living.Storage.Requests.Count;
        await FollowWatchAsync(hold, until: () => TakenOver.Length > 0);

        string[] steps =
        [
            .. _living.Storage.Requests.Skip(requests).Select(request => request switch
            {
                { Method: "POST", Body: var body } when body.Contains("&quot;watch&quot;", StringComparison.Ordinal) || body.Contains("\"watch\"", StringComparison.Ordinal) => "watch",
                { Method: "POST", Body: var body } when body.Contains("takeover", StringComparison.Ordinal) => "job",
                { Method: "DELETE", WritesWorker: true } => "remove",
                { WritesWorker: true } => "mark",
                _ => "look",
            }),
        ];
        string.Join(' ', steps).ShouldEndWith("look watch mark job job job remove");
    }

    [Theory]
    [InlineData("mark")]
    [InlineData("first job")]
    [InlineData("remove")]
    public async Task A_taker_that_dies_on_the_way_is_followed_by_the_guard(string after)
    {
        var hold = await DieAsync();
        var sent = 0;
        _living.Storage.LosesAnswerOf = request => after switch
        {
            "mark" => request.WritesWorker && request.Method is "PUT" or "PATCH",
            "first job" => request.Body.Contains("takeover", StringComparison.Ordinal) && ++sent == 1,
            _ => request.WritesWorker && request.Method == "DELETE",
        };
        await Should.ThrowAsync<Azure.RequestFailedException>(() => FollowWatchAsync(hold, until: () => false));
        _living.Storage.LosesAnswerOf = null;

        await FollowWatchAsync(hold, until: () => false);

        TakenOver.Distinct(StringComparer.Ordinal).ShouldBe(Jobs, ignoreOrder: true);
        (await Workers.FindAsync(hold.Worker, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_living_worker_is_never_taken_over_however_often_it_is_looked_at()
    {
        var hold = await _dying.Get<LeasedWorker>().HoldAsync(JobId.Parse("a"));
        for (var looks = 0; looks < 10; looks++)
        {
            // Heartbeats come every 10 seconds of the same clock, in steps that leave the writer time to follow
            var next = _living.Work.TakeNext(message => message.Watch is not null).ShouldNotBeNull();
            while (_living.Time.GetUtcNow() < next.DueAt)
            {
                var lease = (await Workers.FindAsync(hold.Worker, Cancel))!.LeaseUntil;
                await _living.PassAsync(TimeSpan.FromSeconds(10.2));
                await Eventually.TrueAsync("the heartbeat is on record", async () => (await Workers.FindAsync(hold.Worker, Cancel))!.LeaseUntil > lease);
            }

            await _living.DeliverAsync(next);
        }

        TakenOver.ShouldBeEmpty();
        _dying.Get<LeasedWorker>().Stands(hold).ShouldBeTrue();
    }

    [Fact]
    public async Task Two_takers_at_once_hand_every_job_on_once()
    {
        var hold = await DieAsync();
        await using var third = await _dying.AnotherAsync();
        await FollowWatchAsync(hold, until: () => false, stopBeforeDeath: true);
        var last = _living.Work.TakeNext(message => message.Watch?.Worker == hold.Worker)!;
        await _living.PassAsync(last.DueAt - _living.Time.GetUtcNow());

        await Task.WhenAll(_living.Deliveries.OnWorkAsync(last.Delivery, Cancel), third.Deliveries.OnWorkAsync(last.Delivery, Cancel));

        TakenOver.ShouldBe(Jobs, ignoreOrder: true);
        (await Workers.FindAsync(hold.Worker, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_watcher_that_was_cut_off_itself_waits_a_lease_before_it_acts()
    {
        var hold = await DieAsync();
        await _living.Get<LeasedWorker>().HoldAsync(JobId.Parse("mine"));
        _living.Storage.IsCut = true;
        await _living.PassAsync(TimeSpan.FromSeconds(49));
        await Eventually.TrueAsync("a heartbeat met the cut line", () => _living.Storage.TimesCut > 0);
        _living.Storage.IsCut = false;
        await Eventually.TrueAsync("the outage has ended", async () =>
        {
            await _living.PassAsync(TimeSpan.FromSeconds(1));
            return _living.Get<LeasedWorker>().OutageUntil < _living.Time.GetUtcNow();
        });
        var back = _living.Time.GetUtcNow();

        await FollowWatchAsync(hold, until: () => TakenOver.Length > 0);

        (_living.Time.GetUtcNow() - back).ShouldBeGreaterThan(TimeSpan.FromSeconds(48));
        TakenOver.ShouldBe(Jobs, ignoreOrder: true);
    }

    [Fact]
    public async Task A_worker_that_dies_with_its_own_watch_in_hand_is_found_by_the_other_one()
    {
        var hold = await DieAsync();
        var died = _living.Time.GetUtcNow();
        _living.Work.TakeNext(message => message.Watch?.Worker == hold.Worker).ShouldNotBeNull("this one comes again only after the platform's 10 minutes");

        await FollowWatchAsync(hold, until: () => TakenOver.Length > 0);

        TakenOver.ShouldBe(Jobs, ignoreOrder: true);
        (_living.Time.GetUtcNow() - died).ShouldBeLessThan(TimeSpan.FromSeconds(50 + 25 + 25));
    }

    [Fact]
    public async Task A_watch_that_ended_in_the_poison_queue_goes_on()
    {
        var hold = await DieAsync();
        var watch = _living.Work.TakeNext(message => message.Watch is not null)!;

        await _living.Deliveries.OnPoisonAsync(watch.Delivery, "work", Cancel);
        await FollowWatchAsync(hold, until: () => TakenOver.Length > 0);

        TakenOver.ShouldBe(Jobs, ignoreOrder: true);
        (await _living.DeadLettersAsync()).ShouldBeEmpty();
    }

    private string[] TakenOver => [.. _living.Work.All.Where(sent => sent.Message.Reason == "takeover").Select(sent => sent.Message.JobId!)];

    private async Task<Hold> DieAsync()
    {
        var holds = await Task.WhenAll(Jobs.Select(job => _dying.Get<LeasedWorker>().HoldAsync(JobId.Parse(job))));
        _dying.Storage.IsCut = true;
        return holds[0];
    }

    // Delivers the watch of the dead worker as often as it comes round
    private async Task FollowWatchAsync(Hold hold, Func<bool> until, bool stopBeforeDeath = false)
    {
        for (var looks = 0; looks < 20 && !until(); looks++)
        {
            DateTimeOffset? notAfter = stopBeforeDeath ? (await Workers.FindAsync(hold.Worker, Cancel))!.LeaseUntil : null;
            if (_living.Work.TakeNext(message => message.Watch?.Worker == hold.Worker, notAfter) is not { } next)
                return;
            await _living.DeliverAsync(next);
        }
    }
}
