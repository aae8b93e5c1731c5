using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using SparrowFunctions.Telemetry;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Telemetry;

public sealed class MetricsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Theory]
    [InlineData("Why is the sky blue?")]
    [InlineData("""{"nonsense":1}""")]
    public async Task How_long_a_prompt_waited_in_the_queue_is_counted_once_whatever_it_says(string text)
    {
        using var waits = new MetricCollector<double>(_pipeline.Get<IMeterFactory>(), SparrowMetrics.MeterName, "sparrow.prompts.wait");

        await _pipeline.RunAsync(text);

        waits.GetMeasurementSnapshot().ShouldHaveSingleItem().Value.ShouldBeInRange(-1, 60);
    }

    [Fact]
    public async Task How_a_job_ended_and_what_made_none_is_counted()
    {
        using var ended = new MetricCollector<long>(_pipeline.Get<IMeterFactory>(), SparrowMetrics.MeterName, "sparrow.jobs.ended");
        using var rejected = new MetricCollector<long>(_pipeline.Get<IMeterFactory>(), SparrowMetrics.MeterName, "sparrow.prompts.rejected");

        await _pipeline.RunAsync("Why is the sky blue?");
        await _pipeline.RunAsync("""{"nonsense":1}""");

        ended.GetMeasurementSnapshot().ShouldHaveSingleItem().Tags["state"].ShouldBe("succeeded");
        rejected.GetMeasurementSnapshot().ShouldHaveSingleItem().Value.ShouldBe(1);
    }
}
