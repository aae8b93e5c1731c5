using System.Globalization;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Worker;

/// <summary>What leaves the deployed app for Application Insights and for its host's log: enough to see what happens, and no key, query string or name that a user chose.</summary>
public sealed class TelemetryTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Key = "Zm9yLXRlc3RzLW9ubHk9PQ-function-key";
    private const string Text = "a-text-that-only-its-user-knows";
    private const string Conversation = "customer/42 müller";

    private LoopbackInsights _insights = null!;
    private DeployedApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _insights = await LoopbackInsights.StartAsync(Cancel);
        _app = await DeployedApp.StartAsync(
            azurite, ("APPLICATIONINSIGHTS_CONNECTION_STRING", _insights.ConnectionString), ("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true"), ("Sparrow__ApiKey", "sk-secret-of-sparrow"));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _insights.DisposeAsync();
    }

    [Fact]
    public async Task A_job_is_seen_and_no_key_query_string_or_address_of_a_user_is()
    {
        var key = Uri.EscapeDataString(Conversation);
        (await _app.SendAsync(HttpMethod.Post, $"/api/chat?code={Key}", $$"""{"id":"seen","prompt":"{{Text}}","conversation":"{{Conversation}}"}""")).Status.ShouldBe(202);
        await _app.WorkUntilAsync("seen/result.json");
        (await _app.SendAsync(HttpMethod.Get, $"/api/conversations/{key}?code={Key}")).Status.ShouldBe(200);
        (await _app.SendAsync(HttpMethod.Get, $"/api/conversations?code={Key}&key={key}")).Status.ShouldBe(200);
        (await _app.SendAsync(HttpMethod.Get, $"/api/jobs?code={Key}&conversation={key}")).Status.ShouldBe(200);
        (await _app.SendAsync(HttpMethod.Delete, $"/api/conversations/{key}", null, ("x-functions-key", Key))).Status.ShouldBe(204);
        (await _app.SendAsync(HttpMethod.Post, $"/api/hooks/none?code={Key}", "{}")).Status.ShouldBe(404);

        // At its end the app sends what it still has
        _app.Host.Terminate();
        await _app.Host.Process.Exited.WaitAsync(TimeSpan.FromMinutes(3), TimeProvider.System, Cancel);

        _insights.Lines.ShouldContain(line => line.Contains("\"seen\"", StringComparison.Ordinal), "the job's trace");
        string[] sent = [.. _insights.Lines, .. _app.Host.Logs.Select(log => log.ToString()), .. _app.Host.Process.Lines];
        foreach (var secret in (string[])[Key, "code=", Text, "sk-secret-of-sparrow", "customer", "müller", Uri.EscapeDataString("müller"), key, "?key", Escaped("müller")])
            sent.Where(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(secret);
    }

    // As JSON writes what is not ASCII
    private static string Escaped(string text) =>
        string.Concat(text.Select(sign => sign < 128 ? sign.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)sign:X4}")));
}
