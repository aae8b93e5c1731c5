using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using SparrowFunctions.Intake;
using SparrowFunctions.Telemetry;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.ProjectFiles;

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

        var message = await _pipeline.SendAsync(text);
        await _pipeline.PassAsync(message.InsertedOn!.Value.AddSeconds(20) - _pipeline.Time.GetUtcNow());

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        waits.GetMeasurementSnapshot().ShouldHaveSingleItem().Value.ShouldBeInRange(20, 21);
    }

    [Theory]
    [InlineData("standard", 1)]
    [InlineData("free", 0)]
    public async Task A_call_whose_outcome_is_not_known_is_counted_and_as_possibly_billed_where_calls_cost_points(string mode, int billed)
    {
        using var unknown = Collect("sparrow.calls.unknown_outcome");
        using var possiblyBilled = Collect("sparrow.calls.possibly_billed");
        await _pipeline.FaultAsync("""{"drop":"afterAccept"}""", always: false);

        await _pipeline.RunAsync($$"""{"id":"job","prompt":"x","mode":"{{mode}}"}""");
        await _pipeline.RunUntilEndedAsync("job");

        unknown.GetMeasurementSnapshot().Sum(each => each.Value).ShouldBe(1);
        possiblyBilled.GetMeasurementSnapshot().Sum(each => each.Value).ShouldBe(billed);
        (await _pipeline.JobAsync("job"))!.PossiblyBilled.ShouldBe(billed);
    }

    [Fact]
    public async Task A_refused_answer_is_possibly_billed_but_no_unknown_outcome()
    {
        using var unknown = Collect("sparrow.calls.unknown_outcome");
        using var possiblyBilled = Collect("sparrow.calls.possibly_billed");
        await _pipeline.FaultAsync("""{"noAnswer":true}""", always: false);

        await _pipeline.RunAsync("""{"id":"job","prompt":"x"}""");

        unknown.GetMeasurementSnapshot().ShouldBeEmpty();
        possiblyBilled.GetMeasurementSnapshot().Sum(each => each.Value).ShouldBe(1);
    }

    [Theory]
    [InlineData("standard", 1)]
    [InlineData("free", 0)]
    public async Task A_call_that_its_job_is_called_off_during_is_counted_as_the_job_counts_it(string mode, int billed)
    {
        using var possiblyBilled = Collect("sparrow.calls.possibly_billed");
        await _pipeline.HoldCallsAsync();
        var running = _pipeline.RunAsync($$"""{"id":"job","prompt":"x","mode":"{{mode}}"}""");
        await Eventually.TrueAsync("the call is under way", async () => (await _pipeline.CallsAsync()).Count == 1);

        var cancelled = await _pipeline.Get<Cancellation>().CancelAsync(JobId.Parse("job"), TestContext.Current.CancellationToken);

        cancelled!.PossiblyBilled.ShouldBe(billed);
        possiblyBilled.GetMeasurementSnapshot().Sum(each => each.Value).ShouldBe(billed);
        await _pipeline.LetCallsGoAsync();
        await _pipeline.PumpAsync(running);
    }

    [Fact]
    public void Every_instrument_is_described()
    {
        var described = Repository.Text("docs/reliability.md").Split('\n')
            .Where(line => line.StartsWith("| `sparrow.", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        var published = new ConcurrentBag<Instrument>();
        var meters = _pipeline.Get<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                // A listener hears of every app in the process
                if (instrument.Meter.Scope == meters) published.Add(instrument);
            },
        };
        listener.Start();
        _pipeline.Get<SparrowMetrics>();

        described.ShouldBe(published.Where(instrument => instrument.Meter.Name == SparrowMetrics.MeterName).Select(instrument => instrument.Name), ignoreOrder: true);
    }

    private MetricCollector<long> Collect(string instrument) => new(_pipeline.Get<IMeterFactory>(), SparrowMetrics.MeterName, instrument);

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
