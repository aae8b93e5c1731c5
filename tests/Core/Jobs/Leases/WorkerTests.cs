using Azure;
using Azure.Data.Tables;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Tests.Infrastructure;
using LeasedWorker = SparrowFunctions.Jobs.Leases.Worker;

namespace SparrowFunctions.Tests.Core.Jobs.Leases;

public sealed class WorkerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;
    private LeasedWorker _worker = null!;

    public async ValueTask InitializeAsync()
    {
        _pipeline = await Pipeline.StartAsync(azurite);
        _worker = _pipeline.Get<LeasedWorker>();
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task A_job_is_on_record_before_its_hold_is_given()
    {
        var hold = await HoldAsync("job");

        var row = (await RowsAsync()).ShouldHaveSingleItem();
        row.Id.ShouldBe(hold.Worker);
        row.Held.ShouldBe(["job"]);
        row.LeaseUntil.ShouldBe(_pipeline.Time.GetUtcNow().AddSeconds(50), TimeSpan.FromSeconds(1));
        _worker.Stands(hold).ShouldBeTrue();
    }

    [Fact]
    public async Task One_write_serves_all_that_come_while_another_is_under_way()
    {
        await HoldAsync("first");
        var before = WorkerWrites;

        var holds = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => HoldAsync($"job-{n}")));

        holds.ShouldAllBe(hold => _worker.Stands(hold));
        (WorkerWrites - before).ShouldBeLessThanOrEqualTo(3);
        (await RowsAsync()).ShouldHaveSingleItem().Held.Count.ShouldBe(201);
    }

    [Fact]
    public async Task While_something_is_held_the_lease_is_renewed_every_ten_seconds()
    {
        var hold = await HoldAsync("job");
        for (var beat = 1; beat <= 6; beat++)
        {
            var (writes, row) = (WorkerWrites, (await RowsAsync())[0]);
            await _pipeline.PassAsync(TimeSpan.FromSeconds(10));
            await Eventually.TrueAsync("the heartbeat is on record", async () => (await RowsAsync())[0].LeaseUntil > row.LeaseUntil);
            (WorkerWrites - writes).ShouldBe(1);
            (await RowsAsync())[0].ETag.ShouldNotBe(row.ETag);
        }

        _worker.Stands(hold).ShouldBeTrue();
        _pipeline.Work.All.Count(sent => sent.Message.Watch is not null).ShouldBe(2, "two watches a registration");
    }

    [Fact]
    public async Task An_idle_worker_gives_its_row_up_and_registers_anew_when_it_is_needed()
    {
        var hold = await HoldAsync("job");
        _worker.Release(hold);
        await BeatUntilAsync("the row is gone", async () => (await RowsAsync()).Count == 0);

        _worker.Stands(hold).ShouldBeFalse();
        var writes = WorkerWrites;
        await _pipeline.PassAsync(TimeSpan.FromMinutes(5));
        WorkerWrites.ShouldBe(writes, "an idle worker costs nothing");
        var again = await HoldAsync("another");
        again.Worker.ShouldNotBe(hold.Worker);
        _pipeline.Work.All.Where(sent => sent.Message.Watch is not null).Select(sent => sent.Message.Watch!.Worker)
            .ShouldBe([hold.Worker, hold.Worker, again.Worker, again.Worker]);
    }

    [Fact]
    public async Task A_job_that_is_let_go_leaves_the_record_with_the_next_write()
    {
        var hold = await HoldAsync("done");
        await HoldAsync("going-on");
        _worker.Release(hold);

        await BeatUntilAsync("the record says so", async () => (await RowsAsync())[0].Held.SequenceEqual(["going-on"]));
    }

    [Fact]
    public async Task A_job_held_twice_stays_held_until_both_have_let_go()
    {
        var (one, two) = (await HoldAsync("job"), await HoldAsync("job"));
        _worker.RunsElsewhere("job", two).ShouldBeTrue();

        _worker.Release(one);
        _worker.RunsElsewhere("job", two).ShouldBeFalse();
        await HoldAsync("another");
        (await RowsAsync())[0].Held.ShouldContain("job");
        _worker.Release(two);
        await HoldAsync("third");
        (await RowsAsync())[0].Held.ShouldNotContain("job");
    }

    [Fact]
    public async Task A_worker_that_was_declared_dead_registers_anew_and_its_old_holds_stand_no_more()
    {
        var old = await HoldAsync("old");
        await MarkDeadAsync(old.Worker);

        var fresh = await HoldAsync("fresh");

        fresh.Worker.ShouldNotBe(old.Worker);
        _worker.Stands(old).ShouldBeFalse();
        _worker.Stands(fresh).ShouldBeTrue();
        _worker.RunsElsewhere("old", fresh).ShouldBeFalse();
        (await RowsAsync()).Single(row => row.Id == fresh.Worker).Held.ShouldBe(["fresh"]);
        (await RowsAsync()).Single(row => row.Id == old.Worker).Held.ShouldBe(["old"], "the takers still need to know what it held");
        _worker.Release(old);
        _worker.Stands(fresh).ShouldBeTrue();
    }

    [Fact]
    public async Task A_worker_whose_row_is_gone_notices_at_its_next_heartbeat()
    {
        var old = await HoldAsync("old");
        await _pipeline.Get<WorkerTable>().RemoveAsync(old.Worker, ETag.All, TestContext.Current.CancellationToken);

        await BeatUntilAsync("the worker knows", () => Task.FromResult(!_worker.Stands(old)));
        (await RowsAsync()).ShouldBeEmpty("nothing is held any more");
    }

    [Fact]
    public async Task A_hold_does_not_stand_longer_than_the_lease_that_is_on_record()
    {
        var hold = await HoldAsync("job");
        _pipeline.Storage.IsCut = true;
        await _pipeline.PassAsync(TimeSpan.FromSeconds(49));
        _worker.Stands(hold).ShouldBeTrue();

        await _pipeline.PassAsync(TimeSpan.FromSeconds(1));
        _worker.Stands(hold).ShouldBeFalse();
    }

    [Fact]
    public async Task A_job_whose_run_broke_off_is_handed_on()
    {
        var hold = await HoldAsync("job");

        _worker.Abandon(hold);
        await BeatUntilAsync("the job is handed on", () => Task.FromResult(_pipeline.Work.All.Any(sent => sent.Message is { JobId: "job", Reason: "takeover" })));

        _worker.RunsElsewhere("job", new Hold(JobId.Parse("other"), hold.Worker)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_job_whose_run_broke_off_stays_on_record_until_it_is_handed_on()
    {
        var hold = await HoldAsync("job");
        _pipeline.Storage.Before = request => request.Uri.AbsolutePath.Contains("/work/messages", StringComparison.Ordinal)
            ? throw new RequestFailedException("The test refuses messages.")
            : Task.CompletedTask;

        var before = _pipeline.Storage.Requests.Count(request => request.WritesWorker);
        _worker.Abandon(hold);
        await BeatUntilAsync("heartbeats were written", () => Task.FromResult(_pipeline.Storage.Requests.Count(request => request.WritesWorker) > before + 2));

        (await RowsAsync()).ShouldHaveSingleItem().Held.ShouldContain("job");
        _pipeline.Storage.Before = null;
        await BeatUntilAsync("the job is handed on", () => Task.FromResult(_pipeline.Work.All.Any(sent => sent.Message is { JobId: "job", Reason: "takeover" })));
    }

    [Fact]
    public async Task No_row_is_ever_without_a_watch()
    {
        await HoldAsync("job");

        var writes = _pipeline.Storage.Requests.Where(request => request.Method == "POST").Select(request => request.Uri.AbsolutePath).ToList();
        writes.FindIndex(path => path.Contains("/work/messages", StringComparison.Ordinal)).ShouldBeInRange(0, writes.FindIndex(path => path.Contains("/jobs", StringComparison.Ordinal)) - 1);
    }

    [Fact]
    public async Task Where_storage_fails_nothing_is_held_and_whoever_asked_is_told()
    {
        _pipeline.Storage.IsCut = true;

        await Should.ThrowAsync<RequestFailedException>(() => HoldAsync("job"));

        _pipeline.Storage.IsCut = false;
        (await RowsAsync()).ShouldBeEmpty();
        var hold = await HoldAsync("job");
        _worker.RunsElsewhere("job", hold).ShouldBeFalse();
        _worker.Stands(hold).ShouldBeTrue();
        _worker.OutageUntil.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_worker_whose_only_try_failed_knows_of_no_outage_that_lasts()
    {
        _pipeline.Storage.IsCut = true;
        await Should.ThrowAsync<RequestFailedException>(() => HoldAsync("job"));
        await Eventually.TrueAsync("it no longer tries", async () => _worker.OutageUntil is { } until && until < _pipeline.Time.GetUtcNow().AddSeconds(1) && await StaysAsync(until));
        _pipeline.Storage.IsCut = false;

        async Task<bool> StaysAsync(DateTimeOffset until)
        {
            await _pipeline.PassAsync(TimeSpan.FromSeconds(1));
            return _worker.OutageUntil == until;
        }
    }

    [Fact]
    public async Task A_request_that_is_never_answered_does_not_cost_the_lease()
    {
        var hold = await HoldAsync("job");
        var never = new TaskCompletionSource();
        _pipeline.Storage.Before = request => request.WritesWorker ? never.Task : Task.CompletedTask;
        var writes = WorkerWrites;
        await _pipeline.PassAsync(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync("a heartbeat is under way", () => WorkerWrites > writes);
        _pipeline.Storage.Before = null;

        await _pipeline.PassAsync(TimeSpan.FromSeconds(15));
        await Eventually.TrueAsync("the worker knows that it was out of touch", () => _worker.OutageUntil is not null);
        await _pipeline.PassAsync(TimeSpan.FromSeconds(2));
        await BeatUntilAsync("the next one is on record", async () => (await RowsAsync())[0].LeaseUntil > _pipeline.Time.GetUtcNow().AddSeconds(40));

        _worker.Stands(hold).ShouldBeTrue();
        (await RowsAsync()).ShouldHaveSingleItem().Id.ShouldBe(hold.Worker);
    }

    [Fact]
    public async Task An_outage_shorter_than_the_lease_leaves_its_holds_standing()
    {
        var hold = await HoldAsync("job");
        _pipeline.Storage.IsCut = true;
        await _pipeline.PassAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync("a heartbeat met the cut line", () => _pipeline.Storage.TimesCut > 0);
        _pipeline.Storage.IsCut = false;

        await BeatUntilAsync("the outage has ended", () => Task.FromResult(_worker.OutageUntil < _pipeline.Time.GetUtcNow()));

        _worker.Stands(hold).ShouldBeTrue();
        (await RowsAsync()).ShouldHaveSingleItem().Id.ShouldBe(hold.Worker);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_not_taken_for_another_hand()
    {
        var hold = await HoldAsync("job");
        _pipeline.Storage.LosesAnswerOf = request => request.WritesWorker;
        await Should.ThrowAsync<RequestFailedException>(() => HoldAsync("unlucky"));
        _pipeline.Storage.LosesAnswerOf = null;

        var next = await HoldAsync("next");

        next.Worker.ShouldBe(hold.Worker);
        _worker.Stands(hold).ShouldBeTrue();
        (await RowsAsync()).ShouldHaveSingleItem().Held.ShouldBe(["job", "next"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_registration_is_watched_from_when_its_lease_may_lapse()
    {
        var hold = await HoldAsync("job");

        var sent = _pipeline.Work.All;
        sent.ShouldAllBe(message => message.Message.Reason == "watch" && message.Message.Watch!.Worker == hold.Worker);
        sent.Select(message => message.Delay.TotalSeconds).ShouldBe([38, 38 + 25], "once before the lease lapses, to have seen the row, and half a lease apart");
    }

    private int WorkerWrites => _pipeline.Storage.Requests.Count(request => request.WritesWorker);

    private Task<Hold> HoldAsync(string job) => _worker.HoldAsync(JobId.Parse(job));

    private async Task BeatUntilAsync(string what, Func<Task<bool>> look) => await Eventually.TrueAsync(what, async () =>
    {
        if (await look())
            return true;
        await _pipeline.PassAsync(TimeSpan.FromSeconds(2));
        return false;
    });

    private async Task MarkDeadAsync(string worker)
    {
        var row = (await _pipeline.Get<WorkerTable>().FindAsync(worker, TestContext.Current.CancellationToken))!;
        (await _pipeline.Get<WorkerTable>().UpdateAsync(row with { Dead = true }, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }

    // Past the tap: looking is not counted, and works while the line is cut
    private async Task<IReadOnlyList<WorkerRow>> RowsAsync()
    {
        var rows = new List<WorkerRow>();
        await foreach (var row in _pipeline.Account.Tables.GetTableClient("jobs").QueryAsync<TableEntity>("PartitionKey eq 'workers'", cancellationToken: TestContext.Current.CancellationToken))
            rows.Add(WorkerRow.Read(row));
        return rows;
    }
}
