using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Permits;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>A lone prompt among many: where it stands in the order of calls that the emulator saw.</summary>
public sealed class FairnessTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parked_turns_hold_no_slot_and_a_lone_prompt_beside_them_is_called_at_once()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "1"));
        for (var n = 2; n <= 25; n++)
            await DeliverAsync(pipeline, $"t{n}", $"turn {n}", ",\"conversation\":\"long\",\"turn\":" + n);
        (await pipeline.CallsAsync()).ShouldBeEmpty("they are parked, and their deliveries have ended");
        await pipeline.HoldCallsAsync();
        var turns = DeliverAsync(pipeline, "t1", "turn 1", ",\"conversation\":\"long\",\"turn\":1");
        for (var calls = 1; calls <= 3; calls++)
        {
            await pipeline.ReleaseAsync();
            await Eventually.TrueAsync($"turn {calls} is in its call", async () => (await pipeline.CallsAsync()).Count == calls);
        }

        var lone = DeliverAsync(pipeline, "lone", "lone");
        await InItsLaneAsync(pipeline);
        await pipeline.LetCallsGoAsync();
        await lone;

        (await PromptsAsync(pipeline)).IndexOf("lone").ShouldBe(3, "it is called when the one before it has ended");
        await turns;
        (await PromptsAsync(pipeline)).Where(prompt => prompt != "lone").ShouldBe(Enumerable.Range(1, 25).Select(n => $"turn {n}"));
    }

    [Fact]
    public async Task A_lone_prompt_beside_a_flood_of_retries_is_called_within_two_call_times()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "2"));
        await pipeline.FaultAsync(new { match = new { promptContains = "flood" }, times = 40, fault = new { status = 500 } });
        for (var n = 0; n < 40; n++)
            await DeliverAsync(pipeline, $"f{n}", $"flood {n}");
        await pipeline.HoldCallsAsync();
        await pipeline.PassAsync(TimeSpan.FromSeconds(11));
        var retries = new List<Task>();
        while (pipeline.Work.TakeNext(message => message.JobId is not null) is { } sent)
            retries.Add(pipeline.Deliveries.OnWorkAsync(sent.Delivery, Cancel));
        var pool = pipeline.Get<CallPermits>().Of(SparrowMode.Standard);
        await Eventually.TrueAsync("two retries are in their calls and the others wait", async () => (await pipeline.CallsAsync()).Count == 42 && pool.WaitingIn(Lane.Again) == 38);

        var lone = DeliverAsync(pipeline, "lone", "lone");
        await InItsLaneAsync(pipeline);
        await pipeline.LetCallsGoAsync();
        await lone;

        // Two at once: one of the other lane may come first, and two that are let go together may arrive either way round
        ((await PromptsAsync(pipeline)).IndexOf("lone") - 42).ShouldBeLessThanOrEqualTo(2);
        await Task.WhenAll(retries);
        (await pipeline.JobAsync("f39"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task A_lone_prompt_beside_a_batch_is_called_within_two_call_times()
    {
        const int AtOnce = 4;
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "4"));
        await pipeline.HoldCallsAsync();
        await pipeline.DropAsync("large", string.Join('\n', Enumerable.Range(1, 100).Select(n => $$"""{"prompt":"row {{n}}"}""")));
        var batch = new List<Task>();
        await RunUntilAsync("the rows are under way", async () => (await pipeline.CallsAsync()).Count >= 3 * AtOnce);

        var before = (await pipeline.CallsAsync()).Count;
        var lone = DeliverAsync(pipeline, "lone", "lone");
        await InItsLaneAsync(pipeline);
        await RunUntilAsync("the lone prompt is answered", () => Task.FromResult(lone.IsCompleted));

        // What comes while the prompt is taken in, and one round of both lanes
        ((await PromptsAsync(pipeline)).IndexOf("lone") - before).ShouldBeLessThanOrEqualTo(2 * AtOnce);
        (await pipeline.CallsAsync()).Count.ShouldBeLessThan(100, "it did not wait for the batch to end");
        await RunUntilAsync("the batch has ended", async () => (await pipeline.CallsAsync()).Count == 101);
        await Task.WhenAll(batch);

        Task RunUntilAsync(string what, Func<Task<bool>> done) => Eventually.TrueAsync(what, async () =>
        {
            await pipeline.ReleaseAsync();
            await pipeline.PassAsync(TimeSpan.FromSeconds(1));
            while (pipeline.Work.TakeNext(static message => message.JobId is not null || message.Batch is not null, pipeline.Time.GetUtcNow()) is { } sent)
                batch.Add(pipeline.Deliveries.OnWorkAsync(sent.Delivery, Cancel));
            return await done();
        });
    }

    [Fact]
    public async Task A_fresh_prompt_keeps_its_place_while_calls_are_long_and_a_retry_gives_its_slot_back()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "1"), ("Sparrow__CallRetries", "0"));
        await pipeline.FaultAsync(new { match = new { promptContains = "again" }, times = 1, fault = new { status = 500 } });
        await DeliverAsync(pipeline, "again", "again");
        var retry = pipeline.Work.TakeNext(message => message.JobId == "again")!;
        await pipeline.PassAsync(TimeSpan.FromSeconds(30));
        var hold = pipeline.Get<CallPermits>().Of(SparrowMode.Standard).TryTake()!;
        Task[] waiting = [DeliverAsync(pipeline, "lone", "lone"), pipeline.Deliveries.OnWorkAsync(retry.Delivery, Cancel)];

        await Eventually.TrueAsync("the retry is back in the queue", async () =>
        {
            await pipeline.PassAsync(TimeSpan.FromSeconds(5));
            return (await pipeline.JobAsync("again"))!.Reason?.StartsWith("Waits for a free call", StringComparison.Ordinal) == true;
        });
        await pipeline.PassAsync(TimeSpan.FromMinutes(2));
        (await pipeline.JobAsync("lone"))!.State.ShouldBe(JobState.Queued, "it stands in its lane");

        hold.Dispose();
        await Task.WhenAll(waiting);
        (await pipeline.JobAsync("lone"))!.State.ShouldBe(JobState.Succeeded);
    }

    // No call ends meanwhile: the prompt waits, or has found a free place
    private static Task InItsLaneAsync(Pipeline pipeline) => Eventually.TrueAsync("the lone prompt is in its lane", async () =>
        pipeline.Get<CallPermits>().Of(SparrowMode.Standard).WaitingIn(Lane.Fresh) == 1 || (await PromptsAsync(pipeline)).Contains("lone"));

    private static async Task DeliverAsync(Pipeline pipeline, string id, string prompt, string more = "")
    {
        var message = Azure.Storage.Queues.Models.QueuesModelFactory.QueueMessage(
            "m-" + id, "receipt", BinaryData.FromString("{\"id\":\"" + id + "\",\"prompt\":\"" + prompt + "\"" + more + "}"), dequeueCount: 1);
        await pipeline.Deliveries.OnPromptAsync(message, Cancel);
    }

    private static async Task<List<string?>> PromptsAsync(Pipeline pipeline) =>
        [.. (await pipeline.CallsAsync()).Select(call => call.GetProperty("prompt").GetString())];
}
