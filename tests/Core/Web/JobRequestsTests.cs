using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Web;

/// <summary>The routes under /api/jobs on an app that works on nothing by itself, so that every state can be seen.</summary>
public sealed class JobRequestsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private RunningApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await RunningApp.StartAsync(azurite, ("AzureWebJobs__OnWork__Disabled", "true"));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_job_is_shown_with_a_version_and_not_again_to_who_has_it()
    {
        await PostAsync("job");
        var first = await _app.GetAsync("/api/jobs/job");

        (first.Status, first.MediaType, first.Json.GetProperty("state").GetString()).ShouldBe((200, "application/json", "queued"));
        var again = await _app.GetAsync("/api/jobs/job", ("If-None-Match", first.Header("ETag")!));
        (again.Status, again.Text, again.Header("ETag")).ShouldBe((304, "", first.Header("ETag")));
        await _app.DeleteAsync("/api/jobs/job");
        var changed = await _app.GetAsync("/api/jobs/job", ("If-None-Match", first.Header("ETag")!));
        (changed.Status, changed.Json.GetProperty("state").GetString()).ShouldBe((200, "cancelled"));
    }

    [Theory]
    [InlineData("GET", "/api/jobs/none")]
    [InlineData("GET", "/api/jobs/-not-an-id-")]
    [InlineData("DELETE", "/api/jobs/none")]
    [InlineData("DELETE", "/api/jobs/not%20an%20id")]
    [InlineData("POST", "/api/jobs/none/retry")]
    [InlineData("GET", "/api/jobs/none/files/x.txt")]
    public async Task A_job_that_is_not_there_is_a_problem(string method, string path) => (await _app.SendAsync(new HttpMethod(method), path, null)).Problem(404);

    [Fact]
    public async Task Jobs_are_listed_newest_first_page_by_page_and_each_once()
    {
        var ids = Enumerable.Range(0, 25).Select(n => $"job-{n:00}").ToArray();
        foreach (var id in ids)
            await PostAsync(id);

        var seen = new List<string>();
        var pages = 0;
        for (string? continuation = ""; continuation is not null; pages++)
        {
            var page = (await _app.GetAsync($"/api/jobs?top=10&continuation={continuation}")).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            continuation = page.GetProperty("continuation").GetString();
        }

        seen.ShouldBe(ids.Reverse());
        pages.ShouldBe(3);
    }

    [Fact]
    public async Task A_job_that_comes_between_two_pages_shifts_nothing()
    {
        for (var n = 0; n < 4; n++)
            await PostAsync($"job-{n}");
        var first = (await _app.GetAsync("/api/jobs?top=2")).Json;
        await PostAsync("late");

        var second = await _app.GetAsync($"/api/jobs?top=2&continuation={first.GetProperty("continuation").GetString()}");

        Ids(second).ShouldBe(["job-1", "job-0"]);
        second.Json.GetProperty("continuation").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Filters_go_by_state_and_conversation()
    {
        await PostAsync("a", "c/1");
        await PostAsync("b", "c/1");
        await PostAsync("c", "合同'");
        await PostAsync("d");
        await _app.DeleteAsync("/api/jobs/a");
        await _app.DeleteAsync("/api/jobs/d");

        Ids(await _app.GetAsync("/api/jobs?state=cancelled")).ShouldBe(["d", "a"]);
        Ids(await _app.GetAsync("/api/jobs?state=queued")).ShouldBe(["c", "b"]);
        Ids(await _app.GetAsync("/api/jobs?state=running")).ShouldBeEmpty();
        Ids(await _app.GetAsync("/api/jobs?conversation=c%2F1")).ShouldBe(["b", "a"]);
        Ids(await _app.GetAsync($"/api/jobs?conversation={Uri.EscapeDataString("合同'")}")).ShouldBe(["c"]);
        Ids(await _app.GetAsync("/api/jobs?conversation=c/1&state=queued")).ShouldBe(["b"]);
        Ids(await _app.GetAsync("/api/jobs?conversation=none")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_state_that_few_jobs_are_in_is_found_behind_many_others()
    {
        await PostAsync("first");
        for (var n = 0; n < 30; n++)
            await PostAsync($"job-{n}");
        await _app.DeleteAsync("/api/jobs/first");

        Ids(await _app.GetAsync("/api/jobs?state=cancelled&top=1")).ShouldBe(["first"]);
    }

    [Theory]
    [InlineData("top=0", "top")]
    [InlineData("top=101", "top")]
    [InlineData("top=ten", "top")]
    [InlineData("state=done", "state")]
    [InlineData("continuation=x", "continuation")]
    [InlineData("state=Queued&top=-1&continuation=AAAA", "state,top,continuation")]
    public async Task Wrong_parameters_are_named(string query, string fields) => string.Join(',', (await _app.GetAsync($"/api/jobs?{query}")).Fields(400)).ShouldBe(fields);

    [Fact]
    public async Task A_continuation_that_was_changed_or_is_another_lists_is_refused()
    {
        await PostAsync("a");
        await PostAsync("b");
        var token = (await _app.GetAsync("/api/jobs?top=1")).Json.GetProperty("continuation").GetString()!;

        (await _app.GetAsync($"/api/jobs?top=1&continuation={token}")).Status.ShouldBe(200);
        (await _app.GetAsync($"/api/jobs?top=1&continuation={token}&state=queued")).Fields(400).ShouldBe(["continuation"]);
        (await _app.GetAsync($"/api/deadletters?continuation={token}")).Fields(400).ShouldBe(["continuation"]);
        for (var i = 0; i < token.Length; i += 7)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            (await _app.GetAsync($"/api/jobs?continuation={changed}")).Fields(400).ShouldBe(["continuation"]);
        }
    }

    [Fact]
    public async Task A_job_is_called_off_once_and_for_all()
    {
        await PostAsync("job");

        var first = await _app.DeleteAsync("/api/jobs/job");
        var second = await _app.DeleteAsync("/api/jobs/job");

        (first.Status, first.Json.GetProperty("state").GetString()).ShouldBe((200, "cancelled"));
        (second.Status, second.Text).ShouldBe((200, first.Text));
        (await _app.PostAsync("/api/jobs/job/retry", null)).Problem(409);
        (await _app.PostAsync("/api/chat", """{"id":"job","prompt":"x"}""")).Json.GetProperty("state").GetString().ShouldBe("cancelled");
    }

    [Fact]
    public async Task An_ended_job_can_not_be_called_off_and_a_failed_one_can_be_sent_again()
    {
        await _app.TellEmulatorAsync(HttpMethod.Post, "faults", new[] { new { fault = new { status = 400 } } });
        await PostAsync("job");
        await WorkAsync("job");
        (await _app.GetAsync("/api/jobs?state=failed")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await _app.DeleteAsync("/api/jobs/job")).Problem(409).GetProperty("detail").GetString()!.ShouldContain("failed");

        var sent = await _app.PostAsync("/api/jobs/job/retry", null);

        (sent.Status, sent.Json.GetProperty("state").GetString()).ShouldBe((202, "queued"));
        Ids(await _app.GetAsync("/api/jobs?state=failed")).ShouldBeEmpty();
        Ids(await _app.GetAsync("/api/jobs?state=queued")).ShouldBe(["job"]);
        (await _app.PostAsync("/api/jobs/job/retry", null)).Problem(409);
        await WorkAsync("job");
        var job = await _app.GetAsync("/api/jobs/job");
        (job.Json.GetProperty("state").GetString(), job.Json.GetProperty("attempts").GetArrayLength()).ShouldBe(("succeeded", 2));
        Ids(await _app.GetAsync("/api/jobs?state=succeeded")).ShouldBe(["job"]);
    }

    [Theory]
    [InlineData("chart (终稿) 100%.png", "image/png", "inline")]
    [InlineData("page.html", "text/html", "attachment")]
    [InlineData("drawing.svg", "image/svg+xml", "attachment")]
    [InlineData("a#b?c&d.bin", null, "attachment")]
    [InlineData("sales.csv", "text/csv; charset=utf-8", "inline")]
    [InlineData("a%2Fb.csv", "text/csv", "inline")]
    public async Task A_file_is_streamed_with_its_type_and_nothing_that_runs_is_shown(string name, string? type, string disposition)
    {
        var content = BinaryData.FromBytes([.. Enumerable.Range(0, 3000).Select(n => (byte)n)]);
        await _app.Account.Blobs.GetBlobContainerClient("results").GetBlobClient($"job/files/{name}")
            .UploadAsync(content, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = type } }, Cancel);
        var path = $"/api/jobs/job/files/{Uri.EscapeDataString(name)}";

        using var whole = await _app.Http.GetAsync(path, Cancel);
        (await whole.Content.ReadAsByteArrayAsync(Cancel)).ShouldBe(content.ToArray());
        whole.Content.Headers.ContentLength.ShouldBe(3000);
        whole.Content.Headers.ContentType!.ToString().ShouldBe(type ?? "application/octet-stream");
        whole.Content.Headers.ContentDisposition!.DispositionType.ShouldBe(disposition);
        whole.Content.Headers.ContentDisposition.FileNameStar.ShouldBe(name);
        whole.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        (await _app.GetAsync(path, ("If-None-Match", whole.Headers.ETag!.ToString()))).Status.ShouldBe(304);

        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Range = new(100, 199);
        using var part = await _app.Http.SendAsync(request, Cancel);
        ((int)part.StatusCode).ShouldBe(206);
        (await part.Content.ReadAsByteArrayAsync(Cancel)).ShouldBe(content.ToArray()[100..200]);
    }

    [Theory]
    [InlineData("none.txt")]
    [InlineData("..%2Fresult.json")]
    [InlineData("%2E%2E%2Fresult.json")]
    [InlineData("a%00b")]
    [InlineData("")]
    public async Task A_file_that_is_not_the_jobs_is_not_there(string name)
    {
        await _app.Account.Blobs.GetBlobContainerClient("results").GetBlobClient("job/result.json").UploadAsync(BinaryData.FromString("{}"), Cancel);

        (await RawHttp.SendAsync(_app.Http.BaseAddress!, "GET", $"/api/jobs/job/files/{name}")).Status.ShouldBeOneOf(404, 400);
    }

    [Theory]
    [InlineData("nightly", "/nightly")]
    [InlineData("nightly", "//nightly/")]
    [InlineData("2026/11/夜 1", "/2026/11/%E5%A4%9C%201")]
    [InlineData("2026/11/夜 1", "?name=2026%2F11%2F%E5%A4%9C%201")]
    [InlineData("2026/11/夜 1", "/2026%2F11/%E5%A4%9C%201")]
    [InlineData("2026/11/夜 1", "/2026%252f11%252F%E5%A4%9C%201")]
    [InlineData("a%2Fb", "?name=a%252Fb")]
    public async Task The_summary_of_a_batch_is_shown_as_it_lies_there(string name, string address)
    {
        await Summary(name).UploadAsync(BinaryData.FromString("""{"rows":3}"""), new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } }, Cancel);

        var answer = await _app.GetAsync($"/api/batches{address}");

        (answer.Status, answer.MediaType, answer.Text).ShouldBe((200, "application/json", """{"rows":3}"""));
        (await _app.GetAsync($"/api/batches{address}x")).Problem(404);
    }

    [Theory]
    [InlineData("/a%2Fb")]
    [InlineData("/a%252Fb")]
    public async Task A_path_that_could_be_of_two_batches_is_refused_while_the_one_with_the_text_is_there(string path)
    {
        await Summary("a/b").UploadAsync(BinaryData.FromString("slash"), Cancel);
        await Summary("a%2Fb").UploadAsync(BinaryData.FromString("text"), Cancel);

        var refused = await _app.GetAsync($"/api/batches{path}");

        refused.Fields(400).ShouldBe(["name"]);
        refused.Json.GetProperty("detail").GetString()!.ShouldContain("?name=");
        (await _app.GetAsync("/api/batches?name=a%2Fb")).Text.ShouldBe("slash");
        (await _app.GetAsync("/api/batches/a/b")).Text.ShouldBe("slash");
        (await _app.GetAsync("/api/batches?name=a%252Fb")).Text.ShouldBe("text");
        await Summary("a%2Fb").DeleteAsync(cancellationToken: Cancel);
        (await _app.GetAsync($"/api/batches{path}")).Text.ShouldBe("slash");
    }

    [Theory]
    [InlineData("", 404)]
    [InlineData("/", 404)]
    [InlineData("?name=..%2Fjob%2Fresult", 404)]
    [InlineData("/..%2Fjob%2Fresult", 404)]
    [InlineData("/2026%2F11", 404)]
    [InlineData("/2026%FF11", 400)]
    [InlineData("?name=", 400)]
    [InlineData("?name=a&name=b", 400)]
    [InlineData("/a?name=a", 400)]
    public async Task A_batch_that_is_named_unclearly_or_not_at_all_is_a_problem(string address, int status)
    {
        var problem = (await _app.GetAsync($"/api/batches{address}")).Problem(status);

        if (status == 400)
            problem.GetProperty("detail").GetString()!.ShouldContain("?name=");
    }

    private BlobClient Summary(string batch) => _app.Account.Blobs.GetBlobContainerClient("results").GetBlobClient($"batches/{batch}.summary.json");

    private async Task PostAsync(string id, string? conversation = null) =>
        (await _app.PostAsync("/api/chat", JsonSerializer.Serialize(conversation is null ? new { id, prompt = "x" } : (object)new { id, prompt = "x", conversation }))).Status.ShouldBe(202);

    private async Task WorkAsync(string id) =>
        await _app.Get<JobRunner>().GoOnAsync((await _app.Get<JobLedger>().FindAsync(JobId.Parse(id), Cancel))!, _app.Get<Invocations>().Begin(), comesAgain: true, Cancel);

    private static string[] Ids(Answer page)
    {
        page.Status.ShouldBe(200, page.Text);
        return [.. page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
    }
}
