using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Jobs;

public sealed class WorkMessageTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_job_a_watch_and_a_batch_look_on_the_queue_as_they_always_did()
    {
        var account = await azurite.NewAccountAsync();
        var queue = account.Queues.GetQueueClient("work");
        await queue.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        var work = new WorkQueue(account.Queues);

        await work.SendAsync(JobId.Parse("order-7"), "retry", TimeSpan.Zero, TestContext.Current.CancellationToken);
        await work.SendWatchAsync(new Watch("w1", "etag", At, At.AddSeconds(25)), TimeSpan.Zero, TestContext.Current.CancellationToken);
        await work.SendBatchAsync(new BatchTick("orders/october", "\"0x1\"", 3), TimeSpan.Zero, TestContext.Current.CancellationToken);

        var messages = (await queue.ReceiveMessagesAsync(32, cancellationToken: TestContext.Current.CancellationToken)).Value;
        Golden.Match("Core/Jobs/Golden/work-messages.jsonl", string.Join('\n', messages.Select(message => message.Body.ToString()).Order(StringComparer.Ordinal)));
        messages.ShouldAllBe(message => message.ExpiresOn > At.AddYears(100));
    }

    [Fact]
    public void Messages_of_this_and_earlier_versions_are_read()
    {
        WorkQueue.Read("""{"jobId":"order-7","reason":"retry"}""").ShouldBe(new WorkMessage("retry", "order-7"));
        WorkQueue.Read("""{"reason":"watch","watch":{"worker":"w1","seen":"etag","seenAt":"2026-11-23T10:00:00+00:00","lookAt":"2026-11-23T10:00:25+00:00"},"later":1}""")
            .ShouldBe(new WorkMessage("watch", Watch: new Watch("w1", "etag", At, At.AddSeconds(25))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("order-7")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"jobId":"order-7"}""")]
    [InlineData("""{"reason":7}""")]
    public void What_is_no_message_of_ours_is_none(string text) => WorkQueue.Read(text).ShouldBeNull();

    [Fact]
    public async Task A_delay_is_rounded_up_to_seconds_and_a_longer_one_than_the_queue_takes_is_cut()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite);
        var work = pipeline.Get<WorkQueue>();
        foreach (var delay in (TimeSpan[])[TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(2), TimeSpan.FromDays(30)])
            await work.SendAsync(JobId.Parse("j"), "retry", delay, TestContext.Current.CancellationToken);

        pipeline.Work.All.Select(sent => sent.Delay).ShouldBe(
            [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1)]);
    }
}
