using SparrowFunctions.Jobs.Gates;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

public sealed class HealthTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task An_app_at_work_is_healthy_and_tells_how_the_queue_stands()
    {
        await _pipeline.Account.Queues.GetQueueClient("prompts").SendMessageAsync("waits", Cancel);

        var report = await _pipeline.Get<Health>().ReportAsync(Cancel);

        report.ShouldSatisfyAllConditions(
            () => report.Status.ShouldBe("healthy"),
            () => report.StatusCode.ShouldBe(200),
            () => report.Gate.ShouldBe("open"),
            () => report.Queue!.Messages.ShouldBe(1),
            () => report.Queue!.OldestWaitingSeconds.ShouldNotBeNull());
    }

    [Fact]
    public async Task A_closed_gate_is_degraded_and_still_200()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "x" }, times = -1, fault = new { status = 402 } });
        await _pipeline.RunAsync("""{"id":"poor","prompt":"x"}""");

        var report = await _pipeline.Get<Health>().ReportAsync(Cancel);

        (report.Status, report.Gate, report.StatusCode).ShouldBe(("degraded", "closed (gate)", 200));
    }

    [Fact]
    public async Task A_pause_is_seen_at_the_next_look_but_not_before_ten_seconds()
    {
        var health = _pipeline.Get<Health>();
        (await health.ReportAsync(Cancel)).Gate.ShouldBe("open");
        await _pipeline.Get<KeyGate>().PauseAsync(paused: true, "maintenance", Cancel);
        (await health.ReportAsync(Cancel)).Gate.ShouldBe("open");
        await _pipeline.PassAsync(TimeSpan.FromSeconds(10));

        (await health.ReportAsync(Cancel)).Gate.ShouldBe("paused");
    }
}
