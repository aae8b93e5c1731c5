using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using SparrowEmulator;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.Tests.Core.Intake.Hooks;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.LocalHost.Host;
using SparrowFunctions.Triggers;
using SparrowFunctions.Web;

namespace SparrowFunctions.Tests.Core;

/// <summary>Deliveries over real HTTP to the functions themselves, each scheme's sender played to the byte, until the answer is stored.</summary>
public sealed class HookRequestTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delivery_of_every_scheme_gets_its_answer()
    {
        await using var app = await StartAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        const string Event = """{"type":"invoice.paid","event_id":"Ev9","text":"你好 from all"}""";
        var slack = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(RecordedDelivery.SlackSecret), Encoding.UTF8.GetBytes($"v0:{now}:{Event}")));
        var standard = Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(RecordedDelivery.StandardSecret["whsec_".Length..]), Encoding.UTF8.GetBytes($"msg_9.{now}.{Event}")));

        await AcceptedAsync(app, "github", RecordedDelivery.Read("github-issues-opened"), "hook.github.72d3162e-cc78-11e3-81ab-4c9367dc0958");
        await AcceptedAsync(app, "github", RecordedDelivery.Read("github-push-form"), "hook.github.0b989ba4-242f-11e5-81e1-c7b6966d2516");
        await AcceptedAsync(app, "slack", Signed(Event, ("X-Slack-Request-Timestamp", $"{now}"), ("X-Slack-Signature", $"v0={slack}")), "hook.slack.Ev9");
        await AcceptedAsync(app, "standard", Signed(Event, ("webhook-id", "msg_9"), ("webhook-timestamp", $"{now}"), ("webhook-signature", $"v1,{standard}")), "hook.standard.msg_9");
        await AcceptedAsync(app, "open", Signed(Event, ("Idempotency-Key", "k1")), "hook.open.k1");

        await AnsweredAsync(app, "hook.github.72d3162e-cc78-11e3-81ab-4c9367dc0958", "issues: Upload stops at 99 % — 上传卡住 🐞");
        await AnsweredAsync(app, "hook.github.0b989ba4-242f-11e5-81e1-c7b6966d2516", "push: Read the file in pieces & keep 1 of them");
        foreach (var id in new[] { "hook.slack.Ev9", "hook.standard.msg_9", "hook.open.k1" })
            await AnsweredAsync(app, id, "你好 from all");
    }

    [Fact]
    public async Task A_slash_command_is_answered_with_200_and_words()
    {
        await using var app = await StartAsync();
        var recorded = RecordedDelivery.Read("slack-command");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(RecordedDelivery.SlackSecret), (byte[])[.. Encoding.UTF8.GetBytes($"v0:{now}:"), .. recorded.Body.Span]));

        using var answer = await SendAsync(app, "slack", recorded.WithHeader("X-Slack-Request-Timestamp", now).WithHeader("X-Slack-Signature", $"v0={signature}"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldBe(
            """{"response_type":"ephemeral","text":"Taken as job hook.slack.13345224609.738474920.8088930838d88f008e0. The answer will be in results/hook.slack.13345224609.738474920.8088930838d88f008e0/answer.md."}""");
        await AnsweredAsync(app, "hook.slack.13345224609.738474920.8088930838d88f008e0", "94070 & 94080");
    }

    [Fact]
    public async Task A_ping_is_answered()
    {
        await using var app = await StartAsync();

        using var answer = await SendAsync(app, "github", RecordedDelivery.Read("github-ping"));

        (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, await answer.Content.ReadAsStringAsync(Cancel)).ShouldBe((HttpStatusCode.OK, "text/plain", "pong"));
    }

    [Fact]
    public async Task A_refusal_is_a_problem_with_its_reason()
    {
        await using var app = await StartAsync();
        var delivery = RecordedDelivery.Read("github-issues-opened");

        await RefusedAsync(await SendAsync(app, "nobody", delivery), 404, "There is no hook of this name.");
        await RefusedAsync(await SendAsync(app, "github", delivery.WithHeader("X-Hub-Signature-256", null)), 401, "The signature is missing or wrong.");
        await RefusedAsync(await SendAsync(app, "slack", RecordedDelivery.Read("slack-app-mention")), 401, "X-Slack-Request-Timestamp is more than 5 minutes ago.");
        await RefusedAsync(await SendAsync(app, "open", RecordedDelivery.JsonRequest("oops")), 400, "The body is not JSON: line 1, byte 1.");
        await RefusedAsync(await SendAsync(app, "open", RecordedDelivery.JsonRequest("{}")), 422, "text: is missing or empty");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_more_than_1_MiB_is_refused_also_when_its_length_is_not_told(bool isChunked)
    {
        await using var app = await StartAsync();
        var body = RecordedDelivery.JsonRequest($$"""{"text":"{{new string('x', RequestBody.MaxBytes)}}"}""");

        await RefusedAsync(await SendAsync(app, "open", body, isChunked), 413, "The body has more than 1048576 bytes.");
    }

    [Fact]
    public async Task A_body_of_1_MiB_is_taken()
    {
        await using var app = await StartAsync();
        var body = $$"""{"text":"{{new string('x', RequestBody.MaxBytes - 11)}}"}""";
        Encoding.UTF8.GetByteCount(body).ShouldBe(RequestBody.MaxBytes);

        using var answer = await SendAsync(app, "open", RecordedDelivery.JsonRequest(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private static HookRequest Signed(string body, params (string Name, string Value)[] headers) =>
        headers.Aggregate(RecordedDelivery.JsonRequest(body), (request, header) => request.WithHeader(header.Name, header.Value));

    private static async Task AcceptedAsync(App app, string hook, HookRequest delivery, string id)
    {
        using var answer = await SendAsync(app, hook, delivery);

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Cancel));
        answer.Headers.Location!.ToString().ShouldBe($"/api/jobs/{id}");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        body.RootElement.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "state", "conversation"]);
        body.RootElement.GetProperty("id").GetString().ShouldBe(id);
    }

    private static async Task AnsweredAsync(App app, string id, string text)
    {
        var blob = app.Account.Blobs.GetBlobContainerClient("results").GetBlobClient($"{id}/answer.md");
        await Eventually.TrueAsync($"{id} has an answer", async () => await blob.ExistsAsync(Cancel));
        (await blob.DownloadContentAsync(Cancel)).Value.Content.ToString().ShouldContain(text);
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, int status, string reason)
    {
        using (answer)
        {
            ((int)answer.StatusCode).ShouldBe(status);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
            problem.RootElement.GetProperty("status").GetInt32().ShouldBe(status);
            problem.RootElement.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
            problem.RootElement.GetProperty("detail").GetString().ShouldNotBeNull().ShouldStartWith(reason);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(App app, string hook, HookRequest delivery, bool isChunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/hooks/{hook}") { Content = new ByteArrayContent(delivery.Body.ToArray()) };
        request.Headers.TransferEncodingChunked = isChunked;
        foreach (var (name, value) in delivery.Headers.Where(header => header.Key is not ("Host" or "Content-Type" or "Accept-Encoding")))
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        if (delivery.Header("Content-Type") is { } type)
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await app.Host.Http.SendAsync(request, Cancel);
    }

    private async Task<App> StartAsync()
    {
        var account = await azurite.NewAccountAsync();
        var emulator = await EmulatorApp.StartNewAsync(new EmulatorOptions(), Cancel);
        var settings = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = account.ConnectionString,
            ["Sparrow:BaseUrl"] = emulator.BaseUrl.ToString(),
            ["Sparrow:FreeBaseUrl"] = emulator.BaseUrl.ToString(),
            ["Sparrow:ApiKey"] = "test-key",
            ["Hooks:github:Scheme"] = "github",
            ["Hooks:github:Secret"] = RecordedDelivery.GithubSecret,
            ["Hooks:github:Prompt"] = "{{headers.x-github-event}}: {{issue.title}}{{commits[0].message}}",
            ["Hooks:slack:Scheme"] = "slack",
            ["Hooks:slack:Secret"] = RecordedDelivery.SlackSecret,
            ["Hooks:slack:Prompt"] = "{{text!}}",
            ["Hooks:standard:Scheme"] = "standard",
            ["Hooks:standard:Secret"] = RecordedDelivery.StandardSecret,
            ["Hooks:standard:Prompt"] = "{{type}}: {{text!}}",
            ["Hooks:open:Scheme"] = "none",
            ["Hooks:open:Prompt"] = "{{text!}}",
        };
        var core = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var host = await HostedFunctions.StartAsync(
            new Script(), [typeof(OnHook), typeof(OnWork)], account, settings, services: services => services.AddSparrowCore(core));
        return new App(account, emulator, host);
    }

    private sealed record App(StorageAccount Account, EmulatorApp Emulator, HostedFunctions Host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Emulator.DisposeAsync();
        }
    }
}
