using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Gates;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Jobs.Gates;

/// <summary>The gate from the first refusal to the last job that drained, by what the emulator saw.</summary>
public sealed class KeyGateTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__CallRetries", "0"));

    public async ValueTask DisposeAsync() => await _pipeline.DisposeAsync();

    [Theory]
    [InlineData("""{"status":401}""")]
    [InlineData("""{"status":402}""")]
    [InlineData("""{"status":403}""")]
    [InlineData("""{"status":429,"body":{"error":{"code":"insufficient_quota"}}}""")]
    public async Task After_one_refusal_prompts_are_accepted_and_wait_and_nothing_is_called(string fault)
    {
        await _pipeline.FaultAsync(fault, always: true);
        await AskAsync(5);

        (await CallsAsync()).ShouldBe(1);
        var gate = await GateAsync();
        (gate.IsOpen, gate.Kind).ShouldBe((false, FailureKind.Gate));
        foreach (var id in Ids(5))
        {
            var job = (await _pipeline.JobAsync(id))!;
            (job.State, job.Kind).ShouldBe((JobState.Waiting, FailureKind.Gate));
            job.NextAttemptAt.ShouldNotBeNull();
            job.Reason.ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task While_the_gate_is_closed_the_only_calls_are_probes_at_doubling_intervals()
    {
        await _pipeline.FaultAsync("""{"status":402}""", always: true);
        await AskAsync(10);
        var closed = _pipeline.Time.GetUtcNow();

        await _pipeline.RunForAsync(TimeSpan.FromMinutes(30), message => message.JobId is not null);

        // 10, 20, 40, 80, 160 seconds, then every 5 minutes: 5 probes in 310 s, and at most 5 in the rest
        (await CallsAsync() - 1).ShouldBeInRange(7, 10);
        var gate = await GateAsync();
        gate.ProbeInterval.ShouldBe(TimeSpan.FromMinutes(5));
        gate.ClosedAt.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(closed, "it never opened in between");
        foreach (var id in Ids(10))
            (await _pipeline.JobAsync(id))!.Attempts.Count.ShouldBeLessThanOrEqualTo(1, "probes burn nothing and do not fill the row");
    }

    [Fact]
    public async Task Of_many_jobs_that_are_due_at_once_exactly_one_probes()
    {
        await _pipeline.FaultAsync("""{"status":402}""", always: false);
        await AskAsync(8);
        await using var other = await _pipeline.AnotherAsync();
        await _pipeline.FaultAsync("""{"status":402,"delayMs":86400000}""", always: true);
        await _pipeline.PassAsync(TimeSpan.FromMinutes(11));
        var due = new List<SentWork>();
        while (_pipeline.Work.TakeNext(message => message.JobId is not null) is { } sent)
            due.Add(sent);

        var runs = due.Select((sent, n) => (n % 2 == 0 ? _pipeline : other).Deliveries.OnWorkAsync(sent.Delivery, Cancel)).ToList();
        await Eventually.TrueAsync("all but the probe have looked", async () => runs.Count(run => !run.IsCompleted) == await CallsAsync() - 1);
        await _pipeline.ReleaseAsync();
        await Task.WhenAll(runs);

        (await CallsAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Two_instances_that_find_the_gate_due_at_the_same_moment_make_one_probe()
    {
        await _pipeline.FaultAsync("""{"status":402}""", always: true);
        await AskAsync(2);
        await using var other = await _pipeline.AnotherAsync();
        var bothHaveLooked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = 0;
        _pipeline.Storage.Before = other.Storage.Before = request =>
        {
            if (request.Method == "GET" || !request.Uri.AbsolutePath.Contains("/gates", StringComparison.Ordinal))
                return Task.CompletedTask;
            if (Interlocked.Increment(ref writers) == 2)
                bothHaveLooked.SetResult();
            return bothHaveLooked.Task;
        };
        await _pipeline.PassAsync(TimeSpan.FromMinutes(11));

        await Task.WhenAll(DeliverAsync(_pipeline, "job-0"), DeliverAsync(other, "job-1"));

        (await CallsAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task When_the_reason_is_gone_the_next_probe_opens_the_gate_and_all_drains_by_itself()
    {
        await _pipeline.FaultAsync("""{"status":402}""", always: false);
        await AskAsync(10);

        foreach (var id in Ids(10))
            (await _pipeline.RunUntilEndedAsync(id)).State.ShouldBe(JobState.Succeeded);

        (await GateAsync()).IsOpen.ShouldBeTrue();
        (await CallsAsync()).ShouldBe(11);
        foreach (var id in Ids(10))
            (await _pipeline.JobAsync(id))!.PossiblyBilled.ShouldBe(0);
    }

    [Fact]
    public async Task Twenty_closed_probes_leave_a_job_its_whole_budget()
    {
        await _pipeline.FaultAsync(new { times = 20, fault = new { status = 402 } });
        await _pipeline.FaultAsync(new { times = 11, fault = new { status = 408 } });
        await AskAsync(1);
        (await _pipeline.RunUntilEndedAsync("job-0", deliveries: 100)).State.ShouldBe(JobState.Succeeded);

        (await CallsAsync()).ShouldBe(20 + 11 + 1);
        (await _pipeline.JobAsync("job-0"))!.Attempts.Count(attempt => attempt.Kind == FailureKind.Transient).ShouldBe(11);
    }

    [Fact]
    public async Task A_probe_that_is_refused_for_itself_shows_that_the_key_works_and_fails_alone()
    {
        await _pipeline.FaultAsync("""{"status":402}""", always: false);
        await _pipeline.FaultAsync("""{"status":400}""", always: false);
        await AskAsync(3);

        (await _pipeline.RunUntilEndedAsync("job-0")).State.ShouldBe(JobState.Failed);

        (await GateAsync()).IsOpen.ShouldBeTrue();
        (await _pipeline.RunUntilEndedAsync("job-1")).State.ShouldBe(JobState.Succeeded);
        (await _pipeline.RunUntilEndedAsync("job-2")).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task A_probe_whose_outcome_is_hidden_leaves_the_gate_to_the_next_one()
    {
        await _pipeline.FaultAsync("""{"status":402}""", always: false);
        await _pipeline.FaultAsync("""{"drop":"afterAccept"}""", always: false);
        await AskAsync(1);
        await _pipeline.DeliverNextAsync(message => message.JobId == "job-0");

        var gate = await GateAsync();
        (gate.IsOpen, gate.Prober).ShouldBe((false, null));
        (await _pipeline.RunUntilEndedAsync("job-0")).State.ShouldBe(JobState.Succeeded);
        (await GateAsync()).IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task A_pause_holds_all_calls_back_and_its_end_lets_them_go()
    {
        await _pipeline.Get<KeyGate>().PauseAsync(paused: true, "maintenance", Cancel);
        await AskAsync(3);
        await _pipeline.RunForAsync(TimeSpan.FromMinutes(20), message => message.JobId is not null);
        (await CallsAsync()).ShouldBe(0);
        (await _pipeline.JobAsync("job-0"))!.Reason.ShouldBe("An operator paused all calls: maintenance");

        await _pipeline.Get<KeyGate>().PauseAsync(paused: false, null, Cancel);

        foreach (var id in Ids(3))
            (await _pipeline.RunUntilEndedAsync(id)).State.ShouldBe(JobState.Succeeded);
        (await CallsAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task A_pause_of_a_closed_gate_holds_back_its_probes_too()
    {
        await _pipeline.FaultAsync("""{"status":402}""", always: false);
        await AskAsync(1);
        await _pipeline.Get<KeyGate>().PauseAsync(paused: true, null, Cancel);
        await _pipeline.RunForAsync(TimeSpan.FromMinutes(20), message => message.JobId is not null);
        (await CallsAsync()).ShouldBe(1);

        await _pipeline.Get<KeyGate>().PauseAsync(paused: false, null, Cancel);
        (await GateAsync()).Kind.ShouldBe(FailureKind.Gate, "the pause has ended, the refusal has not been answered");
        (await _pipeline.RunUntilEndedAsync("job-0")).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Another_instance_hears_of_a_pause_within_ten_seconds()
    {
        await using var other = await _pipeline.AnotherAsync();
        await other.RunAsync("""{"id":"before","prompt":"x"}""");
        await _pipeline.Get<KeyGate>().PauseAsync(paused: true, null, Cancel);
        await _pipeline.PassAsync(TimeSpan.FromSeconds(10));

        await other.RunAsync("""{"id":"after","prompt":"x"}""");

        (await _pipeline.JobAsync("after"))!.State.ShouldBe(JobState.Waiting);
        (await CallsAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Faults_without_a_success_for_a_minute_close_the_gate_as_an_outage_and_a_probe_opens_it(int status)
    {
        await _pipeline.FaultAsync($$"""{"status":{{status}}}""", always: true);
        await AskAsync(1);
        (await GateAsync()).IsOpen.ShouldBeTrue("one fault is no outage");
        while ((await GateAsync()).IsOpen)
            await _pipeline.DeliverNextAsync(message => message.JobId == "job-0");

        (await GateAsync()).Kind.ShouldBe(FailureKind.Outage);
        var calls = await CallsAsync();
        calls.ShouldBeInRange(3, 6);
        await AskAsync(5, from: 1);
        (await CallsAsync()).ShouldBe(calls, "the outage is known");
        var burnt = (await _pipeline.JobAsync("job-0"))!.Attempts.Count(attempt => attempt.Kind == FailureKind.Transient);
        await _pipeline.RunForAsync(TimeSpan.FromHours(5), message => message.JobId == "job-0");
        (await _pipeline.JobAsync("job-0"))!.Attempts.Count(attempt => attempt.Kind == FailureKind.Transient).ShouldBe(burnt);

        await _pipeline.ResetFaultsAsync();
        foreach (var id in Ids(6))
            (await _pipeline.RunUntilEndedAsync(id)).State.ShouldBe(JobState.Succeeded);
        (await GateAsync()).IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_connection_for_a_minute_the_gate_closes_as_an_outage_and_no_attempt_burns()
    {
        // Nobody listens on port 1
        await using var unconnected = await _pipeline.AnotherAsync(("Sparrow__BaseUrl", "http://127.0.0.1:1"), ("Sparrow__CallRetries", "0"));
        await unconnected.PumpAsync(unconnected.RunAsync("""{"id":"job-0","prompt":"x0"}"""));
        while ((await unconnected.Get<KeyGate>().FindAsync(Cancel)).IsOpen)
            await unconnected.DeliverNextAsync(message => message.JobId == "job-0");

        var gate = await unconnected.Get<KeyGate>().FindAsync(Cancel);
        (gate.Kind, gate.Reason.ShouldNotBeNull().Length > 0).ShouldBe((FailureKind.Outage, true));
        var burnt = (await _pipeline.JobAsync("job-0"))!;
        (burnt.State, burnt.Kind, burnt.PossiblyBilled).ShouldBe((JobState.Waiting, FailureKind.Outage, 0));
        await unconnected.RunForAsync(TimeSpan.FromHours(2), message => message.JobId == "job-0");
        (await _pipeline.JobAsync("job-0"))!.Attempts.Count(attempt => attempt.Kind == FailureKind.Transient)
            .ShouldBe(burnt.Attempts.Count(attempt => attempt.Kind == FailureKind.Transient));
        (await CallsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task One_prompt_that_always_meets_faults_keeps_nobody_out_and_fails_in_the_end()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "x0" }, times = -1, fault = new { status = 500 } });
        await AskAsync(1);
        for (var n = 1; (await _pipeline.JobAsync("job-0"))!.State != JobState.Failed; n++)
        {
            n.ShouldBeLessThan(100);
            await _pipeline.RunForAsync(TimeSpan.FromMinutes(7), message => message.JobId is not null);
            await AskAsync(1, from: n);
            var asked = _pipeline.Time.GetUtcNow();
            while ((await _pipeline.JobAsync($"job-{n}"))!.State != JobState.Succeeded)
            {
                (_pipeline.Time.GetUtcNow() - asked).ShouldBeLessThan(TimeSpan.FromHours(4), "others get through, at the latest after a few probes");
                await _pipeline.RunForAsync(TimeSpan.FromMinutes(5), message => message.JobId is not null);
            }
        }

        (await _pipeline.JobAsync("job-0"))!.Attempts.Count(attempt => attempt.Kind == FailureKind.Transient).ShouldBe(12, "as many as Jobs__MaxAttempts says");
    }

    [Fact]
    public async Task A_probe_by_an_instance_that_has_not_seen_the_outage_burns_no_attempt_and_doubles_the_interval()
    {
        await _pipeline.FaultAsync("""{"status":402}""", always: false);
        await _pipeline.FaultAsync("""{"status":500}""", always: true);
        await AskAsync(1);
        await using var other = await _pipeline.AnotherAsync(("Sparrow__CallRetries", "0"));
        for (var probe = 0; probe < 5; probe++)
            await other.DeliverNextAsync(message => message.JobId == "job-0");

        (await _pipeline.JobAsync("job-0"))!.Attempts.Count(attempt => attempt.Kind == FailureKind.Transient).ShouldBe(0);
        (await GateAsync()).ProbeInterval.ShouldBe(TimeSpan.FromSeconds(300));
    }

    private static IEnumerable<string> Ids(int count) => Enumerable.Range(0, count).Select(n => $"job-{n}");

    // The clock stands still meanwhile: else, on a busy machine, a later one may find the gate due for a probe
    private async Task AskAsync(int count, int from = 0)
    {
        for (var n = from; n < from + count; n++)
            await _pipeline.RunAsync("{\"id\":\"job-" + n + "\",\"prompt\":\"x" + n + "\"}");
    }

    private async Task DeliverAsync(Pipeline process, string id) =>
        await process.Deliveries.OnWorkAsync(_pipeline.Work.TakeNext(message => message.JobId == id)!.Delivery, Cancel);

    private async Task<int> CallsAsync() => (await _pipeline.CallsAsync()).Count;

    // By another process, whose view is never old
    private async Task<Gate> GateAsync()
    {
        await using var fresh = await _pipeline.AnotherAsync();
        return await fresh.Get<KeyGate>().FindAsync(Cancel);
    }
}
