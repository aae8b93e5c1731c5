using System.Text.Json;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Worker;

/// <summary>What the deployed app sends to Application Insights: alerts and dashboards are written against it.</summary>
public sealed class MonitoringTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string UntracedTrace = "1bf7651916cd43dd8448eb211c80319c";

    private LoopbackInsights _insights = null!;
    private DeployedApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _insights = await LoopbackInsights.StartAsync(Cancel);
        _app = await DeployedApp.StartAsync(azurite, ("APPLICATIONINSIGHTS_CONNECTION_STRING", _insights.ConnectionString), ("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true"));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _insights.DisposeAsync();
    }

    [Fact]
    public async Task Logs_metrics_and_traces_arrive_as_alerts_ask_for_them()
    {
        await _app.PutAsync("prompts", $$"""{"id":"traced","prompt":"Hello.","traceparent":"00-{{Trace}}-b7ad6b7169203331-01"}""");
        (await _app.RunAsync("prompts", "OnPromptQueued")).Succeeded.ShouldBeTrue();
        await _app.Emulator.FaultAsync(new { match = new { promptContains = "points" }, times = 1, fault = new { status = 402, body = """{"detail":"Points are spent."}""" } }, Cancel);
        await _app.PutAsync("prompts", $$"""{"id":"untraced","prompt":"No points.","traceparent":"00-{{UntracedTrace}}-b7ad6b7169203331-00"}""");
        (await _app.RunAsync("prompts", "OnPromptQueued")).Succeeded.ShouldBeTrue();

        // At its end the app sends what it still has
        _app.Host.Terminate();
        await _app.Host.Process.Exited.WaitAsync(TimeSpan.FromMinutes(3), TimeProvider.System, Cancel);

        // A job is part of its sender's trace
        _insights.Lines.Select(Json).Where(item => Base(item).TryGetProperty("name", out var name) && name.GetString() == "job")
            .Select(item => item.GetProperty("tags").GetProperty("ai.operation.id").GetString()).ShouldBe([Trace, UntracedTrace], ignoreOrder: true);

        // The whole text, filled in, of a job whose sender wants no trace
        Of("MessageData").Select(data => data.GetProperty("message").GetString()!).ShouldContain(text => text.StartsWith("The gate is closed (gate): ", StringComparison.Ordinal));

        var metrics = Of("MetricData").ToLookup(data => data.GetProperty("metrics")[0].GetProperty("name").GetString());
        var ended = metrics["sparrow.jobs.ended"].Single();
        (ended.GetProperty("metrics")[0].GetProperty("value").GetDouble(), ended.GetProperty("properties").GetProperty("state").GetString()).ShouldBe((1, "succeeded"));
        metrics["sparrow.prompts.wait"].Sum(data => data.GetProperty("metrics")[0].GetProperty("count").GetInt32()).ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_is_sent_from_where_no_connection_string_is_set()
    {
        await using var app = await DeployedApp.StartAsync(azurite);

        app.Host.Capabilities.ShouldNotContainKey("WorkerOpenTelemetryEnabled");
        _app.Host.Capabilities.ShouldContainKey("WorkerOpenTelemetryEnabled");
    }

    private IEnumerable<JsonElement> Of(string type) => _insights.Lines.Select(Json)
        .Where(item => item.GetProperty("data").GetProperty("baseType").GetString() == type).Select(Base);

    private static JsonElement Base(JsonElement item) => item.GetProperty("data").GetProperty("baseData");

    private static JsonElement Json(string line) => JsonSerializer.Deserialize<JsonElement>(line);
}
