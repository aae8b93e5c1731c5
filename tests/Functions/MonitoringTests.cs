using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions.Tests.Functions;

/// <summary>What reaches Application Insights, looked at on its way: alerts and dashboards are written against it.</summary>
public sealed class MonitoringTests : IAsyncLifetime
{
    private const string Key = "00000000-0000-4000-8000-000000000000";

    // Other tests trace their jobs in the same process
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ConcurrentQueue<JsonElement> _arrived = [];
    private WebApplication _insights = null!;
    private IHost _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // The exporter would otherwise tell its makers how it does
        Environment.SetEnvironmentVariable("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _insights = builder.Build();
        _insights.Urls.Add("http://127.0.0.1:0");
        _insights.MapPost("/{**path}", TakeAsync);
        await _insights.StartAsync(Cancel);

        var app = Host.CreateEmptyApplicationBuilder(settings: null);
        var address = _insights.Urls.Single();
        app.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>(
            "APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey={Key};IngestionEndpoint={address}/;LiveEndpoint={address}/")]);
        Monitoring.IsConfigured(app.Configuration).ShouldBeTrue();
        app.Services.AddTelemetry();
        app.Services.AddOpenTelemetry().UseMonitoring(app.Configuration);

        // And they count under the same name: only what this app counts is looked at
        app.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
        {
            var own = services.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope == own ? null : MetricStreamConfiguration.Drop);
        });
        _app = app.Build();
        await _app.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(Cancel);
        _app.Dispose();
        await _insights.DisposeAsync();
    }

    [Fact]
    public void Nothing_is_sent_from_where_no_connection_string_is_set() =>
        Monitoring.IsConfigured(new ConfigurationBuilder().Build()).ShouldBeFalse();

    [Fact]
    public void Logs_arrive_as_their_whole_text()
    {
        Log("The gate is closed ({Kind}): {Reason} Prompts are still accepted; they wait", "gate", "Points are spent.");
        _app.Services.GetRequiredService<LoggerProvider>().ForceFlush().ShouldBeTrue();

        Of("MessageData").Select(data => data.GetProperty("message").GetString()).ShouldContain(
            "The gate is closed (gate): Points are spent. Prompts are still accepted; they wait");
    }

    [Fact]
    public void Logs_of_a_job_arrive_although_its_sender_wants_no_trace()
    {
        using (SparrowTracing.StartJob("order-8", $"00-{_trace}-b7ad6b7169203331-00"))
            Log("The gate is open again; waiting jobs go on");
        _app.Services.GetRequiredService<LoggerProvider>().ForceFlush().ShouldBeTrue();

        Of("MessageData").Select(data => data.GetProperty("message").GetString()).ShouldContain("The gate is open again; waiting jobs go on");
    }

    [Fact]
    public void Metrics_arrive_with_their_names_and_dimensions()
    {
        _app.Services.GetRequiredService<SparrowMetrics>().JobEnded("failed", "rejected");
        _app.Services.GetRequiredService<SparrowMetrics>().PromptTaken(TimeSpan.FromMinutes(20));
        _app.Services.GetRequiredService<SparrowMetrics>().PromptTaken(null);
        _app.Services.GetRequiredService<MeterProvider>().ForceFlush().ShouldBeTrue();

        var metrics = Of("MetricData").Where(data => data.GetProperty("metrics")[0].GetProperty("name").GetString()!.StartsWith("sparrow.", StringComparison.Ordinal)).ToDictionary(data => data.GetProperty("metrics")[0].GetProperty("name").GetString()!);
        metrics["sparrow.jobs.ended"].GetProperty("metrics")[0].GetProperty("value").GetDouble().ShouldBe(1);
        metrics["sparrow.jobs.ended"].GetProperty("properties").GetProperty("state").GetString().ShouldBe("failed");
        metrics["sparrow.prompts.wait"].GetProperty("metrics")[0].GetProperty("max").GetDouble().ShouldBe(1200);
        metrics["sparrow.prompts.wait"].GetProperty("metrics")[0].GetProperty("count").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void A_job_arrives_as_part_of_the_trace_of_its_sender()
    {
        SparrowTracing.StartJob("order-7", $"00-{_trace}-b7ad6b7169203331-01").ShouldNotBeNull().Dispose();
        _app.Services.GetRequiredService<TracerProvider>().ForceFlush().ShouldBeTrue();

        var job = _arrived.Where(item => item.GetProperty("tags").TryGetProperty("ai.operation.id", out var trace) && trace.GetString() == $"{_trace}").ShouldHaveSingleItem()
            .GetProperty("data").GetProperty("baseData");
        (job.GetProperty("name").GetString(), job.GetProperty("properties").GetProperty("sparrow.job.id").GetString()).ShouldBe(("job", "order-7"));
    }

#pragma warning disable CA1848, CA2254 // Any text will do
    private void Log(string template, params object[] values) => _app.Services.GetRequiredService<ILogger<MonitoringTests>>().LogError(template, values);
#pragma warning restore CA1848, CA2254

    private IEnumerable<JsonElement> Of(string type) => _arrived.Select(item => item.GetProperty("data"))
        .Where(data => data.GetProperty("baseType").GetString() == type).Select(data => data.GetProperty("baseData"));

    // One JSON object a line, packed
    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        if (!request.Path.StartsWithSegments("/v2.1/track", StringComparison.Ordinal))
            return TypedResults.Ok();
        await using var body = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        using var reader = new StreamReader(body, Encoding.UTF8);
        var lines = (await reader.ReadToEndAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines) _arrived.Enqueue(JsonDocument.Parse(line).RootElement);
        return TypedResults.Json(new { itemsReceived = lines.Length, itemsAccepted = lines.Length, errors = Array.Empty<object>() });
    }
}
