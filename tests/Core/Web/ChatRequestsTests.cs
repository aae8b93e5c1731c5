using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Web;

/// <summary>POST /api/chat as a client sees it, on an app that works.</summary>
public sealed class ChatRequestsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private RunningApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await RunningApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_prompt_is_accepted_with_the_address_of_its_job_and_answered()
    {
        var answer = await _app.PostAsync("/api/chat", """{"prompt":"Hello","metadata":{"order":7}}""");

        answer.Status.ShouldBe(202, answer.Text);
        var id = answer.Json.GetProperty("id").GetString()!;
        answer.Header("Location").ShouldBe($"/api/jobs/{id}");
        answer.Header("Retry-After").ShouldBe("2");
        answer.Json.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "state", "conversation"]);
        answer.Json.GetProperty("state").GetString().ShouldBe("queued");
        var job = await _app.EndedAsync(id);
        job.GetProperty("state").GetString().ShouldBe("succeeded");
        job.GetProperty("answer").GetString()!.ShouldContain("\"Hello\"");
        job.GetProperty("metadata").GetProperty("order").GetInt32().ShouldBe(7);
        job.TryGetProperty("response", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_waits_gets_the_document_of_the_job()
    {
        // Who waits in vain may send the same again and goes on waiting
        var answer = await Eventually.GetAsync("the answer has come", async () =>
            await _app.PostAsync("/api/chat", """{"id":"waited","prompt":"Hello"}""", ("Prefer", "respond-async, wait=1000")) is { Status: not 202 } got ? got : null);

        answer.Status.ShouldBe(200, answer.Text);
        answer.Header("Preference-Applied").ShouldBe("wait=100");
        answer.Json.GetProperty("id").GetString().ShouldBe("waited");
        answer.Json.GetProperty("state").GetString().ShouldBe("succeeded");
        answer.Text.ShouldBe((await _app.GetAsync("/api/jobs/waited")).Text);
    }

    [Fact]
    public async Task Who_waits_in_vain_has_been_accepted()
    {
        await _app.TellEmulatorAsync(HttpMethod.Put, "settings", new { latencyMs = Pipeline.UntilReleased });
        var started = TimeProvider.System.GetTimestamp();

        var answer = await _app.PostAsync("/api/chat", """{"id":"slow","prompt":"Hello"}""", ("Prefer", "wait=1"));

        answer.Status.ShouldBe(202);
        answer.Header("Preference-Applied").ShouldBe("wait=1");
        answer.Header("Location").ShouldBe("/api/jobs/slow");
        TimeProvider.System.GetElapsedTime(started).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(0.9));
        await _app.SeesCallsAsync(1);
        await _app.ReleaseAsync();
        (await _app.EndedAsync("slow")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task The_same_key_and_content_is_the_same_job_in_whatever_form_the_key_comes()
    {
        (await _app.PostAsync("/api/chat", """{"prompt":"Hello","model":"gpt-4"}""", ("Idempotency-Key", "\"order-7\""))).Status.ShouldBe(202);
        await _app.EndedAsync("order-7");

        var bare = await _app.PostAsync("/api/chat", """{"model":"gpt-4","prompt":"Hello"}""", ("Idempotency-Key", "order-7"));
        var inBody = await _app.PostAsync("/api/chat", """{"id":"order-7","prompt":"Hello","model":"gpt-4"}""");

        (bare.Status, bare.Json.GetProperty("id").GetString(), bare.Json.GetProperty("state").GetString()).ShouldBe((202, "order-7", "succeeded"));
        inBody.Text.ShouldBe(bare.Text);
        (await _app.PostAsync("/api/chat", """{"id":"order-7","prompt":"Another","model":"gpt-4"}""")).Fields(422).ShouldBe(["id"]);
        (await _app.CallsAsync()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("other", """{"id":"own","prompt":"Hello"}""")]
    [InlineData("no id", """{"prompt":"Hello"}""")]
    [InlineData("", """{"prompt":"Hello"}""")]
    [InlineData("drop", """{"prompt":"Hello"}""")]
    [InlineData("\"", """{"prompt":"Hello"}""")]
    public async Task A_key_that_can_not_be_the_jobs_id_is_refused(string key, string body) =>
        (await _app.PostAsync("/api/chat", body, ("Idempotency-Key", key))).Fields(400).ShouldBe(["Idempotency-Key"]);

    [Fact]
    public async Task A_hundred_posts_of_the_same_at_once_make_one_job_and_one_call()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _app.PostAsync("/api/chat", """{"prompt":"Hello"}""", ("Idempotency-Key", "same"))));

        answers.ShouldAllBe(answer => answer.Status == 202 && answer.Json.GetProperty("id").GetString() == "same");
        (await _app.EndedAsync("same")).GetProperty("state").GetString().ShouldBe("succeeded");
        (await _app.GetAsync("/api/jobs")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await _app.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Turns_run_in_the_order_in_which_they_were_accepted()
    {
        for (var n = 1; n <= 5; n++)
            (await _app.PostAsync("/api/chat", $$"""{"id":"t{{n}}","prompt":"Turn {{n}}","conversation":"c"}""")).Status.ShouldBe(202);
        for (var n = 1; n <= 5; n++)
            (await _app.EndedAsync($"t{n}")).GetProperty("turn").GetInt32().ShouldBe(n);

        (await _app.CallsAsync()).Select(call => call.GetProperty("prompt").GetString()).ShouldBe(["Turn 1", "Turn 2", "Turn 3", "Turn 4", "Turn 5"]);
    }

    [Fact]
    public async Task A_numbered_turn_that_another_job_has_is_refused_and_leaves_its_id_free()
    {
        (await _app.PostAsync("/api/chat", """{"id":"a","prompt":"One","conversation":"c","turn":1}""")).Status.ShouldBe(202);

        (await _app.PostAsync("/api/chat", """{"id":"b","prompt":"Another","conversation":"c","turn":1}""")).Fields(409).ShouldBe(["turn"]);

        (await _app.GetAsync("/api/jobs/b")).Problem(404);
        (await _app.PostAsync("/api/chat", """{"id":"b","prompt":"Another","conversation":"c","turn":2}""")).Status.ShouldBe(202);
        (await _app.EndedAsync("b")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_long_prompt_goes_the_same_way()
    {
        var text = new string('长', 300_000);

        var answer = await _app.PostAsync("/api/chat", $$"""{"id":"long","prompt":"{{text}}"}""");

        answer.Status.ShouldBe(202, answer.Text[..Math.Min(500, answer.Text.Length)]);
        (await _app.EndedAsync("long")).GetProperty("state").GetString().ShouldBe("succeeded");
        (await _app.CallsAsync()).ShouldHaveSingleItem().GetProperty("prompt").GetString().ShouldBe(text);
    }

    [Fact]
    public async Task A_prompt_for_later_waits_and_says_so()
    {
        var answer = await _app.PostAsync("/api/chat", """{"id":"later","prompt":"Hello","notBefore":"2099-01-01T00:00:00Z"}""");

        answer.Json.GetProperty("state").GetString().ShouldBe("waiting");
        (await _app.GetAsync("/api/jobs/later")).Json.GetProperty("nextAttemptAt").GetString().ShouldBe("2099-01-01T00:00:00Z");
    }

    [Theory]
    [InlineData("""{"prompt":"x","promt":"y","turn":0}""", "promt,turn")]
    [InlineData("""{"prompt":7}""", "prompt")]
    [InlineData("""{}""", "prompt")]
    [InlineData("""[]""", "")]
    [InlineData("", "")]
    [InlineData("""{"prompt":"x","prompt":"y"}""", "prompt")]
    [InlineData("""{"prompt":"x","metadata":{"a":[{"b":1},{"b":2,"c":3,"b":4}]}}""", "metadata.a[1].b")]
    [InlineData("""{"prompt":"x","id":"no id"}""", "id")]
    [InlineData("""{"prompt":"x","metadata":{"a":"cut \ud83d"}}""", "metadata.a")]
    [InlineData("""{"prompt":"x","extra":{"model":"y"}}""", "extra.model")]
    [InlineData("""{"prompt":"x","files":["payloads/none.txt","secret/x.txt"]}""", "files[0],files[1]")]
    public async Task What_is_wrong_is_named_field_by_field(string body, string fields)
    {
        var answer = await _app.PostAsync("/api/chat", body);

        string.Join(',', answer.Fields(400)).ShouldBe(fields);
        answer.Json.GetProperty("errors").EnumerateArray().ShouldAllBe(error => error.GetProperty("remedy").GetString()!.Length > 5 && error.GetProperty("problem").GetString()!.Length > 5);
    }

    [Theory]
    [InlineData("{\"prompt\":\"x\",\n \"messages\":[{\"role\":\"user\",\"content\":tru}]}", "messages[0].content", 2, 42)]
    [InlineData("{\"prompt\":\"x\"", "prompt", 1, 14)]
    [InlineData("{\"prompt\":\"x\"} trailing", "", 1, 16)]
    [InlineData("Why is the sky blue?", "", 1, 1)]
    [InlineData("{\"prompt\":\"x\",\n \"prompt\":\"y\"}", "prompt", 2, 2)]
    public async Task A_body_that_is_not_JSON_is_told_where_it_goes_wrong(string body, string field, int line, int at)
    {
        var error = (await _app.PostAsync("/api/chat", body)).Problem(400).GetProperty("errors")[0];

        (error.GetProperty("field").GetString(), error.GetProperty("line").GetInt32(), error.GetProperty("byte").GetInt32()).ShouldBe((field, line, at));
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("extra")]
    public async Task What_is_nested_too_deep_is_told_and_what_is_not_is_answered(string field)
    {
        string Nested(int levels) => $$$"""{"id":"deep","prompt":"x","{{{field}}}":{"a":{{{new string('[', levels - 2)}}}{{{new string(']', levels - 2)}}} }}""";

        var error = (await _app.PostAsync("/api/chat", Nested(61))).Problem(400).GetProperty("errors").EnumerateArray().ShouldHaveSingleItem();
        (await _app.PostAsync("/api/chat", Nested(60))).Status.ShouldBe(202);

        error.GetProperty("field").GetString().ShouldStartWith($"{field}.a[0]");
        error.GetProperty("problem").GetString().ShouldStartWith("is nested deeper than 60 levels");
        (await _app.EndedAsync("deep")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/xml", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("nonsense", 415)]
    [InlineData("application/json; charset=\"UTF-8\"", 202)]
    [InlineData("application/vnd.example+json", 202)]
    [InlineData(null, 202)]
    public async Task Only_JSON_is_taken_and_no_type_counts_as_JSON(string? contentType, int status)
    {
        using var content = new ByteArrayContent("""{"prompt":"x"}"""u8.ToArray());
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        var answer = await Answer.ReadAsync(await _app.Http.PostAsync("/api/chat", content, Cancel));

        answer.Status.ShouldBe(status);
        if (status == 415)
            answer.Fields(415).ShouldBe(["Content-Type"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_a_mebibyte_is_refused_with_and_without_its_length(bool chunked)
    {
        var body = $$"""{"prompt":"{{new string('x', 1024 * 1024)}}"}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat") { Content = new StringContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = chunked;

        (await Answer.ReadAsync(await _app.Http.SendAsync(request, Cancel))).Problem(413).GetProperty("detail").GetString()!.ShouldContain("promptBlob");
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"prompt\":\""u8, 0xff, 0xfe, .. "\"}"u8]);

        (await Answer.ReadAsync(await _app.Http.PostAsync("/api/chat", content, Cancel))).Problem(400);
    }

    [Fact]
    public async Task Other_methods_are_refused() => (await _app.GetAsync("/api/chat")).Status.ShouldBe(405);
}
