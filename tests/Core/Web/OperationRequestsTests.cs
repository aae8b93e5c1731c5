using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Web;

namespace SparrowFunctions.Tests.Core.Web;

/// <summary>What operators do: look at dead letters and send them again, pause; and what everybody meets when storage is away or the key is missing.</summary>
public sealed class OperationRequestsTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dead_letters_are_listed_and_sent_again_one_by_one_or_all()
    {
        await using var app = await RunningApp.StartAsync(azurite);
        await app.TellEmulatorAsync(HttpMethod.Post, "faults", new[] { new { times = 3, fault = new { status = 400 } } });
        foreach (var id in new[] { "a", "b", "c" })
        {
            await app.PostAsync("/api/chat", $$"""{"id":"{{id}}","prompt":"{{id}}"}""");
            await app.EndedAsync(id);
        }

        var first = (await Eventually.GetAsync("there are three letters", async () =>
            await app.GetAsync("/api/deadletters?top=2") is var page && page.Json.GetProperty("continuation").GetString() is not null ? page : null)).Json;
        first.GetProperty("items").EnumerateArray().Select(letter => letter.GetProperty("jobId").GetString()).ShouldBe(["c", "b"]);
        var second = (await app.GetAsync($"/api/deadletters?top=2&continuation={first.GetProperty("continuation").GetString()}")).Json;
        var letter = second.GetProperty("items")[0];
        (letter.GetProperty("jobId").GetString(), letter.GetProperty("kind").GetString(), letter.GetProperty("source").GetString()).ShouldBe(("a", "rejected", "http"));
        second.GetProperty("continuation").GetString().ShouldBeNull();
        (await app.GetAsync("/api/deadletters?kind=wrong%20model")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await app.GetAsync("/api/deadletters?kind=bad")).Fields(400).ShouldBe(["kind"]);

        (await app.PostAsync($"/api/deadletters/{letter.GetProperty("id").GetString()}/retry", null)).Status.ShouldBe(202);
        (await app.PostAsync("/api/deadletters/retry?kind=gate", null)).Json.GetProperty("count").GetInt32().ShouldBe(0);
        var all = await app.PostAsync("/api/deadletters/retry?kind=rejected", null);

        (all.Status, all.Json.GetProperty("count").GetInt32()).ShouldBe((202, 2));
        foreach (var id in new[] { "a", "b", "c" })
            await app.StateAsync(id, "succeeded");
        (await app.GetAsync("/api/deadletters")).Json.GetProperty("items").EnumerateArray().ShouldAllBe(each => each.GetProperty("redrivenAt").GetString() != null);
        (await app.PostAsync("/api/deadletters/retry?kind=bad", null)).Fields(400).ShouldBe(["kind"]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("2516547155992163414-1f3a5b7c9d0e2f40")]
    [InlineData("a%2Fb")]
    [InlineData("%23%3F%5C")]
    public async Task A_letter_that_is_not_there_is_a_problem(string id)
    {
        await using var app = await RunningApp.StartAsync(azurite);

        (await app.PostAsync($"/api/deadletters/{id}/retry", null)).Problem(404);
    }

    [Fact]
    public async Task While_paused_prompts_are_accepted_and_nothing_is_called()
    {
        await using var app = await RunningApp.StartAsync(azurite, ("Gate__ProbeInterval", "00:00:01"), ("Gate__MaxProbeInterval", "00:00:01"));

        var paused = await app.SendAsync(HttpMethod.Put, "/api/gate", """{"paused":true,"reason":"New key on its way"}""");
        (paused.Status, paused.Text).ShouldBe((200, """{"paused":true,"reason":"New key on its way"}"""));
        await app.PostAsync("/api/chat", """{"id":"job","prompt":"x"}""");
        (await app.StateAsync("job", "waiting")).GetProperty("reason").GetString()!.ShouldContain("New key on its way");
        (await app.CallsAsync()).ShouldBeEmpty();
        await Eventually.TrueAsync("health is degraded", async () => (await app.GetAsync("/api/health")).Json.GetProperty("status").GetString() == "degraded");

        (await app.SendAsync(HttpMethod.Put, "/api/gate", """{"paused":false}""")).Text.ShouldBe("""{"paused":false,"reason":null}""");
        (await app.EndedAsync("job")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Theory]
    [InlineData("{}", "paused")]
    [InlineData("""{"paused":"yes"}""", "paused")]
    [InlineData("""{"paused":true,"reason":7,"until":"x"}""", "until")]
    [InlineData("""{"paused":true,"reason":7}""", "reason")]
    [InlineData("""{"paused":true,"paused":false}""", "paused")]
    [InlineData("[]", "")]
    [InlineData("{", "")]
    public async Task A_pause_that_can_not_be_read_is_refused(string body, string fields)
    {
        await using var app = await RunningApp.StartAsync(azurite);

        string.Join(',', (await app.SendAsync(HttpMethod.Put, "/api/gate", body)).Fields(400)).ShouldBe(fields);
    }

    [Fact]
    public async Task Every_route_but_health_and_the_description_wants_a_key()
    {
        await using var app = await RunningApp.StartAsync(azurite, ("LocalHost__FunctionKey", "secret"));

        await Eventually.TrueAsync("the app is healthy", async () => (await app.GetAsync("/api/health")).Status == 200);
        (await app.GetAsync("/api/openapi.json")).Status.ShouldBe(200);
        foreach (var (method, path) in new[]
        {
            ("POST", "/api/chat"), ("GET", "/api/jobs"), ("GET", "/api/jobs/a"), ("DELETE", "/api/jobs/a"), ("POST", "/api/jobs/a/retry"), ("GET", "/api/jobs/a/files/b"),
            ("GET", "/api/deadletters"), ("POST", "/api/deadletters/a/retry"), ("POST", "/api/deadletters/retry"), ("GET", "/api/conversations/a"),
            ("DELETE", "/api/conversations/a"), ("GET", "/api/batches/a"), ("PUT", "/api/gate"), ("POST", "/api/hooks/a"),
        })
        {
            (await app.SendAsync(new HttpMethod(method), path, null)).Status.ShouldBe(401, path);
            (await app.SendAsync(new HttpMethod(method), path, null, ("x-functions-key", "secret"))).Status.ShouldNotBe(401, path);
        }
    }

    [Fact]
    public async Task Storage_that_can_not_be_reached_is_503_with_a_time_to_come_again()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Hooks__open__Scheme", "none"), ("Hooks__open__Prompt", "{{prompt}}"));
        pipeline.Storage.IsCut = true;
        Func<HttpRequest, Task<IResult>>[] requests =
        [
            request => pipeline.Get<ChatRequests>().PostAsync(request, Cancel),
            request => pipeline.Get<HookRequests>().PostAsync(request, "open", Cancel),
            request => pipeline.Get<JobRequests>().GetAsync(request, "job", Cancel),
            request => pipeline.Get<JobRequests>().ListAsync(request, Cancel),
            request => pipeline.Get<JobRequests>().CancelAsync(request, "job", Cancel),
            request => pipeline.Get<StoredFiles>().GetFileAsync(At(request, "/api/jobs/job/files/x"), "job", Cancel),
            request => pipeline.Get<ConversationRequests>().GetAsync(At(request, "/api/conversations/x"), Cancel),
            request => pipeline.Get<DeadLetterRequests>().ListAsync(request, Cancel),
        ];
        foreach (var answer in requests)
        {
            var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(), Response = { Body = new MemoryStream() } };
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes("""{"prompt":"x"}"""));

            await (await answer(context.Request)).ExecuteAsync(context);

            context.Response.StatusCode.ShouldBe(503);
            context.Response.Headers.RetryAfter.ToString().ShouldBe("10");
            context.Response.ContentType.ShouldBe("application/problem+json");
        }
    }

    [Fact]
    public async Task Who_waits_while_storage_goes_away_is_told_that_the_prompt_is_safe()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite);
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(), Response = { Body = new MemoryStream() } };
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes("""{"id":"job","prompt":"x"}"""));
        context.Request.Headers["Prefer"] = "wait=20";
        context.Request.Path = "/api/chat";
        pipeline.Storage.Before = request =>
        {
            // Reached by the first look after the acceptance
            pipeline.Storage.IsCut = request.Method == "GET";
            return Task.CompletedTask;
        };

        var answering = pipeline.Get<ChatRequests>().PostAsync(context.Request, Cancel);
        await pipeline.PumpAsync(answering);
        await (await answering).ExecuteAsync(context);

        context.Response.StatusCode.ShouldBe(202);
        context.Response.Headers.Location.ToString().ShouldBe("/api/jobs/job");
    }

    private static HttpRequest At(HttpRequest request, string path)
    {
        request.Path = path;
        return request;
    }
}
