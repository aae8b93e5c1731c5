using System.Diagnostics.Metrics;
using Azure;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Telemetry;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>What the next delivery makes of a job whose worker is gone.</summary>
public sealed class JobRecoveryTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task An_answer_that_reached_storage_is_finished_without_another_call()
    {
        var message = await _pipeline.SendAsync("""{"id":"stored","prompt":"x"}""");
        var job = await DieWhileSendingAsync("stored");
        var answer = (await new AnsweredOnce(_pipeline).RawAsync()).GetRawText();
        await _pipeline.Get<ResultStore>().KeepAnswerAsync(job, 1, System.Text.Json.JsonDocument.Parse(answer).RootElement, TestContext.Current.CancellationToken);
        var before = (await _pipeline.CallsAsync()).Count;

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        (await _pipeline.JobAsync("stored"))!.State.ShouldBe(JobState.Succeeded);
        (await _pipeline.ResultAsync("stored/result.json")).GetProperty("answer").GetString().ShouldNotBeNullOrEmpty();
        (await _pipeline.CallsAsync()).Count.ShouldBe(before);
    }

    [Fact]
    public async Task An_answer_that_reached_storage_is_finished_however_deep_it_is_nested()
    {
        var message = await _pipeline.SendAsync("""{"id":"deep","prompt":"x"}""");
        var job = await DieWhileSendingAsync("deep");
        var answer = System.Text.Json.JsonDocument.Parse(NestedAnswer.Of(levels: 512), Pipeline.Deep).RootElement;
        await _pipeline.Get<ResultStore>().KeepAnswerAsync(job, 1, answer, TestContext.Current.CancellationToken);

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        (await _pipeline.JobAsync("deep"))!.State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_is_safe_from_the_first_write_of_its_result_on(bool resultToo)
    {
        var message = await _pipeline.SendAsync("""{"id":"half","prompt":"x"}""");
        var job = await DieWhileSendingAsync("half");
        var document = JobDocuments.Of(job, "gpt-4") with { Answer = "paid for", ConversationId = "c/ä", MessageId = "m", Response = await new AnsweredOnce(_pipeline).RawAsync() };
        await _pipeline.Get<ResultStore>().WriteAsync(job, document, () => Task.FromResult(true), TestContext.Current.CancellationToken);
        if (!resultToo)
            await _pipeline.Account.Blobs.GetBlobContainerClient("results").DeleteBlobAsync("half/result.json", cancellationToken: TestContext.Current.CancellationToken);
        var before = (await _pipeline.CallsAsync()).Count;

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        var result = await _pipeline.ResultAsync("half/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        (await _pipeline.CallsAsync()).Count.ShouldBe(before);
        if (!resultToo)
        {
            result.GetProperty("answer").GetString().ShouldBe("paid for");
            result.GetProperty("conversationId").GetString().ShouldBe("c/ä");
            result.GetProperty("response").GetProperty("restored_from").GetString().ShouldBe("answer.md");
        }
    }

    [Fact]
    public async Task An_answer_that_came_as_a_stream_of_events_is_finished_too()
    {
        await _pipeline.SetAsync(new { freeShape = "sse" });
        var message = await _pipeline.SendAsync("""{"id":"stream","prompt":"x","mode":"free"}""");
        var job = await DieWhileSendingAsync("stream", mode: "free");
        var answer = await new AnsweredOnce(_pipeline).RawAsync("free");
        answer.ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Array);
        await _pipeline.Get<ResultStore>().KeepAnswerAsync(job, 1, answer, TestContext.Current.CancellationToken);
        var before = (await _pipeline.CallsAsync()).Count;

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        (await _pipeline.JobAsync("stream"))!.State.ShouldBe(JobState.Succeeded);
        (await _pipeline.ResultAsync("stream/result.json")).GetProperty("answer").GetString().ShouldBe(
            (await _pipeline.ResultAsync("another-job/result.json")).GetProperty("answer").GetString());
        (await _pipeline.CallsAsync()).Count.ShouldBe(before);
    }

    [Fact]
    public async Task A_call_whose_answer_never_came_is_on_record_before_it_is_tried_again()
    {
        var message = await _pipeline.SendAsync("""{"id":"hidden","prompt":"x"}""");
        await DieWhileSendingAsync("hidden");

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        var job = (await _pipeline.JobAsync("hidden"))!;
        job.State.ShouldBe(JobState.Waiting);
        job.PossiblyBilled.ShouldBe(1);
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("free", 0)]
    public async Task A_call_whose_worker_died_is_counted_and_as_possibly_billed_where_calls_cost_points(string? mode, int billed)
    {
        using var unknown = new MetricCollector<long>(_pipeline.Get<IMeterFactory>(), SparrowMetrics.MeterName, "sparrow.calls.unknown_outcome");
        using var possiblyBilled = new MetricCollector<long>(_pipeline.Get<IMeterFactory>(), SparrowMetrics.MeterName, "sparrow.calls.possibly_billed");
        var message = await _pipeline.SendAsync(mode is null ? """{"id":"hidden","prompt":"x"}""" : """{"id":"hidden","prompt":"x","mode":"free"}""");
        await DieWhileSendingAsync("hidden", mode: mode);

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        unknown.GetMeasurementSnapshot().Sum(each => each.Value).ShouldBe(1);
        possiblyBilled.GetMeasurementSnapshot().Sum(each => each.Value).ShouldBe(billed);
        (await _pipeline.JobAsync("hidden"))!.PossiblyBilled.ShouldBe(billed);
    }

    [Fact]
    public async Task A_worker_that_slept_through_its_lease_between_claim_and_call_does_not_call()
    {
        var awake = new TaskCompletionSource();
        var slept = false;
        _pipeline.Storage.Before = async request =>
        {
            if (request.WritesWorker && slept)
                await awake.Task;
            if (slept || !request.Body.Contains("\"running\"", StringComparison.Ordinal))
                return;
            slept = true;
            _pipeline.Time.Advance(TimeSpan.FromSeconds(51));
        };

        await _pipeline.RunAsync("""{"id":"sleepy","prompt":"x"}""");

        (await _pipeline.CallsAsync()).ShouldBeEmpty();
        var waiting = (await _pipeline.JobAsync("sleepy"))!;
        (waiting.State, waiting.Attempts.Count).ShouldBe((JobState.Waiting, 0));
        _pipeline.Storage.Before = null;
        awake.SetResult();
        var job = await _pipeline.RunUntilEndedAsync("sleepy");
        (job.State, job.Attempts.Count, job.PossiblyBilled).ShouldBe((JobState.Succeeded, 1, 0));
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_that_died_before_sending_costs_no_attempt()
    {
        var message = await _pipeline.SendAsync("""{"id":"early","prompt":"x"}""");
        await DieWhileSendingAsync("early", sending: false);

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        var job = (await _pipeline.JobAsync("early"))!;
        job.State.ShouldBe(JobState.Succeeded);
        job.Attempts.ShouldHaveSingleItem().N.ShouldBe(1);
        job.PossiblyBilled.ShouldBe(0);
    }

    [Fact]
    public async Task A_job_that_a_living_worker_holds_is_not_called_again_but_looked_at_later()
    {
        await _pipeline.Get<WorkerTable>().AddAsync("alive", _pipeline.Time.GetUtcNow().AddSeconds(50), ["held"], TestContext.Current.CancellationToken);
        await DieWhileSendingAsync("held", "alive");

        await _pipeline.Deliveries.OnPromptAsync(await _pipeline.SendAsync("""{"id":"held","prompt":"x"}"""), TestContext.Current.CancellationToken);

        (await _pipeline.JobAsync("held"))!.State.ShouldBe(JobState.Running);
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_of_an_older_claim_is_not_taken_for_this_ones()
    {
        var message = await _pipeline.SendAsync("""{"id":"older","prompt":"x"}""");
        var job = await DieWhileSendingAsync("older");
        var answer = await new AnsweredOnce(_pipeline).RawAsync();
        await _pipeline.Get<ResultStore>().KeepAnswerAsync(job with { Claim = "an older claim" }, 1, answer, TestContext.Current.CancellationToken);

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        (await _pipeline.JobAsync("older"))!.State.ShouldBe(JobState.Waiting);
    }

    [Fact]
    public async Task A_run_that_breaks_off_again_and_again_adds_nothing_to_the_queue_but_its_own_message()
    {
        await DieWhileSendingAsync("broken", sending: false);
        await _pipeline.Get<WorkQueue>().SendAsync(JobId.Parse("broken"), "look", TimeSpan.Zero, TestContext.Current.CancellationToken);
        var message = _pipeline.Work.TakeNext(sent => sent.JobId == "broken")!;
        _pipeline.Storage.Before = request => request.Method != "GET" && request.Body.Contains("broken", StringComparison.Ordinal) && !request.WritesWorker && !IsMessage(request)
            ? throw new RequestFailedException("The test refuses this job.")
            : Task.CompletedTask;

        for (var delivery = 1; delivery <= 5; delivery++)
            await Should.ThrowAsync<RequestFailedException>(() => _pipeline.Deliveries.OnWorkAsync(message.Delivery, TestContext.Current.CancellationToken));

        // Whatever is to be handed on is so with a write of the worker's row
        var writes = _pipeline.Storage.Requests.Count(request => request.WritesWorker);
        await Eventually.TrueAsync("heartbeats were written", async () =>
        {
            await _pipeline.PassAsync(TimeSpan.FromSeconds(2));
            return _pipeline.Storage.Requests.Count(request => request.WritesWorker) > writes + 1;
        });
        _pipeline.Work.All.Count(sent => sent.Message.JobId == "broken").ShouldBe(1);

        _pipeline.Storage.Before = null;
        await _pipeline.Deliveries.OnWorkAsync(message.Delivery, TestContext.Current.CancellationToken);
        (await _pipeline.JobAsync("broken"))!.State.ShouldBe(JobState.Succeeded);

        static bool IsMessage(StorageRequest request) => request.Uri.AbsolutePath.Contains("/messages", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_whose_files_take_all_the_time_of_a_run_makes_its_call_in_the_next_one()
    {
        await _pipeline.Account.Blobs.GetBlobContainerClient("payloads").UploadBlobAsync("slow.txt", BinaryData.FromString("slow"), TestContext.Current.CancellationToken);
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _pipeline.Storage.Before = request =>
        {
            if (request.Method != "GET" || !request.Uri.AbsolutePath.EndsWith("/slow.txt", StringComparison.Ordinal))
                return Task.CompletedTask;
            begun.TrySetResult();
            return goOn.Task;
        };

        var run = _pipeline.RunAsync("""{"id":"slow","prompt":"x","files":["payloads/slow.txt"]}""");
        await Task.WhenAny(begun.Task, run);
        begun.Task.IsCompleted.ShouldBeTrue();
        await _pipeline.PassAsync(TimeSpan.FromMinutes(9.5));
        goOn.SetResult();
        await _pipeline.PumpAsync(run);

        var job = (await _pipeline.JobAsync("slow"))!;
        (job.State, job.Attempts.Count).ShouldBe((JobState.Waiting, 0));
        job.Reason.ShouldNotBeNull().ShouldContain("longer to prepare");
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
        _pipeline.Storage.Before = null;
        (await _pipeline.RunUntilEndedAsync("slow")).State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_earlier_calls_answer_that_is_no_use_is_its_own_failure_and_not_the_last_calls()
    {
        var message = await _pipeline.SendAsync("""{"id":"refused","prompt":"x"}""");
        var job = await DieWhileSendingAsync("refused", attempts: [GivenUp(1), new Attempt(2, _pipeline.Time.GetUtcNow())]);
        await KeepEmptyAsync(job, attempt: 1);

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        var waiting = (await _pipeline.JobAsync("refused"))!;
        waiting.State.ShouldBe(JobState.Waiting);
        waiting.Attempts.Select(attempt => attempt.Kind).ShouldBe([FailureKind.Empty, FailureKind.Ambiguous]);
        (await _pipeline.Account.Blobs.GetBlobContainerClient("payloads").GetBlobClient("answers/refused/2.json").ExistsAsync(TestContext.Current.CancellationToken))
            .Value.ShouldBeFalse("the answer is filed as another call's");
        (await _pipeline.RunUntilEndedAsync("refused")).State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_last_calls_answer_that_is_no_use_is_its_failure()
    {
        var message = await _pipeline.SendAsync("""{"id":"empty","prompt":"x"}""");
        await KeepEmptyAsync(await DieWhileSendingAsync("empty"), attempt: 1);

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        var job = (await _pipeline.JobAsync("empty"))!;
        (job.State, job.Kind, job.Attempts.ShouldHaveSingleItem().Kind).ShouldBe((JobState.Waiting, FailureKind.Empty, FailureKind.Empty));
    }

    [Fact]
    public async Task An_answer_of_a_call_before_one_that_never_left_is_still_looked_for()
    {
        var message = await _pipeline.SendAsync("""{"id":"struck","prompt":"x"}""");
        var job = await DieWhileSendingAsync("struck", sending: false, attempts: [GivenUp(1), new Attempt(2, _pipeline.Time.GetUtcNow())]);
        var answer = await new AnsweredOnce(_pipeline).RawAsync();
        await _pipeline.Get<ResultStore>().KeepAnswerAsync(job with { Claim = "the first claim" }, 1, answer, TestContext.Current.CancellationToken);
        var before = (await _pipeline.CallsAsync()).Count;

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        var ended = (await _pipeline.JobAsync("struck"))!;
        (ended.State, ended.Attempts.ShouldHaveSingleItem().Status, ended.PossiblyBilled).ShouldBe((JobState.Succeeded, 200, 0));
        (await _pipeline.CallsAsync()).Count.ShouldBe(before);
    }

    [Fact]
    public async Task A_job_that_another_changed_while_it_was_to_be_put_off_is_looked_at_again()
    {
        var old = await DieWhileSendingAsync("changed");
        (await _pipeline.Ledger.UpdateAsync(old with { Claim = "another's" }, TestContext.Current.CancellationToken)).ShouldNotBeNull();

        await _pipeline.Get<WaitingRoom>().WaitAsync(old, _pipeline.Time.GetUtcNow(), null, "The gate is closed.", "gate");

        (await _pipeline.JobAsync("changed"))!.State.ShouldBe(JobState.Running);
        _pipeline.Work.All.ShouldHaveSingleItem().Message.ShouldBe(new WorkMessage("look", JobId: "changed"));
    }

    private Attempt GivenUp(int number) =>
        new(number, _pipeline.Time.GetUtcNow(), _pipeline.Time.GetUtcNow(), Kind: FailureKind.Ambiguous, Reason: "The worker stopped.", PossiblyBilled: true);

    private async Task KeepEmptyAsync(Job job, int attempt) => await _pipeline.Get<ResultStore>().KeepAnswerAsync(
        job, attempt, System.Text.Json.JsonDocument.Parse("""{"contents":[]}""").RootElement, TestContext.Current.CancellationToken);

    private async Task<Job> DieWhileSendingAsync(string id, string worker = "a dead worker", bool sending = true, IReadOnlyList<Attempt>? attempts = null, string? mode = null)
    {
        var accepted = new AcceptedPrompt(new Prompt { Id = id, Text = "x", Mode = mode }, null, []);
        var now = _pipeline.Time.GetUtcNow();
        var (job, added) = await _pipeline.Ledger.AddAsync(
            new Job
            {
                Id = JobId.Parse(id),
                State = JobState.Running,
                Accepted = accepted,
                Content = ContentDigest.Of(accepted),
                Source = "queue",
                CreatedAt = now,
                StartedAt = now,
                Worker = worker,
                Claim = "claim-of-the-dead",
                Sending = sending,
                Attempts = attempts ?? [new Attempt(1, now)],
            },
            TestContext.Current.CancellationToken);
        added.ShouldBeTrue();
        return job;
    }

    /// <summary>A response as the emulator gives it, taken from another job's result.</summary>
    private sealed class AnsweredOnce(Pipeline pipeline)
    {
        public async Task<System.Text.Json.JsonElement> RawAsync(string mode = "standard")
        {
            await pipeline.RunAsync($$"""{"id":"another-job","prompt":"x","mode":"{{mode}}"}""");
            return (await pipeline.ResultAsync("another-job/result.json")).GetProperty("response");
        }
    }
}
