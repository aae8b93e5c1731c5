using System.Text;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.Worker.Harness;

namespace SparrowFunctions.Tests.Worker;

/// <summary>Every kind of trigger, from what sets it off to what lies in storage, in the deployed app.</summary>
public sealed class TriggerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private DeployedApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await DeployedApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_queue_message_becomes_an_answer()
    {
        await _app.PutAsync("prompts", """{"id":"order-7","prompt":"为什么天空是蓝色的？"}""");

        (await _app.RunAsync("prompts", "OnPromptQueued")).Succeeded.ShouldBeTrue();

        (await _app.BlobAsync("results", "order-7/answer.md")).ShouldContain("为什么天空是蓝色的？");
        (await _app.ResultAsync("order-7")).GetProperty("state").GetString().ShouldBe("succeeded");
        (await _app.Emulator.CallsAsync(Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_plain_text_has_the_id_of_its_message()
    {
        await _app.PutAsync("prompts", "Why is the sky blue?");
        var message = await _app.TakeAsync("prompts");

        (await _app.Host.InvokeAsync("OnPromptQueued", Trigger.Queue(message), Cancel)).Succeeded.ShouldBeTrue();

        (await _app.ResultAsync(message.MessageId)).GetProperty("answer").GetString().ShouldNotBeNull().ShouldContain("Why is the sky blue?");
    }

    [Fact]
    public async Task A_dropped_file_with_a_chinese_name_is_analysed()
    {
        const string Name = "合同/报告 (终稿) 100%&#+.txt";
        await _app.Account.Blobs.GetBlobContainerClient("drop").UploadBlobAsync(Name, BinaryData.FromString("第一季度：120 台"), Cancel);

        // It has to stand still before it is taken; until then it is put off
        (await _app.Host.InvokeAsync("OnFileDropped", Trigger.Blob("drop", Name, ("name", Name)), Cancel)).Succeeded.ShouldBeTrue();
        await _app.WorkUntilAsync($"drop/{Name}.md");

        var call = (await _app.Emulator.CallsAsync(Cancel)).ShouldHaveSingleItem();
        (await _app.BlobAsync("results", $"drop/{Name}.md")).ShouldContain("报告 (终稿) 100%&#+.txt");
        call.Prompt.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task A_batch_is_run_row_by_row()
    {
        await _app.Account.Blobs.GetBlobContainerClient("batches").UploadBlobAsync("周报.jsonl", BinaryData.FromString("""{"id":"a","prompt":"First."}""" + "\n"), Cancel);

        (await _app.Host.InvokeAsync("OnBatchDropped", Trigger.Blob("batches", "周报.jsonl", ("name", "周报")), Cancel)).Succeeded.ShouldBeTrue();
        while (!(await SummaryAsync("周报")).Contains("\"done\"", StringComparison.Ordinal))
            (await _app.RunAsync("work", "OnWork")).Succeeded.ShouldBeTrue();

        (await _app.BlobAsync("results", "batches/周报.jsonl")).ShouldContain("First.");
    }

    [Fact]
    public async Task A_due_timer_runs()
    {
        await _app.Account.Queues.GetQueueClient("prompts-poison").CreateIfNotExistsAsync(cancellationToken: Cancel);
        await _app.PutAsync("prompts-poison", "What nobody could run.");

        foreach (var timer in _app.Host.Functions.Values.Where(function => function.Bindings.Values.Any(binding => binding.Type == "timerTrigger")).ToArray())
            (await _app.Host.InvokeAsync(timer.Name, Trigger.Timer(), Cancel)).ShouldBe(new InvocationOutcome(Harness.Protocol.StatusResult.Types.Status.Success, null), timer.Name);

        var letters = (await _app.SendAsync(HttpMethod.Get, "/api/deadletters")).Json.GetProperty("items").EnumerateArray().ToArray();
        letters.ShouldHaveSingleItem().GetProperty("source").GetString().ShouldBe("prompts");
    }

    [Fact]
    public async Task A_chat_that_waits_has_its_answer_in_the_response()
    {
        var waiting = _app.SendAsync(HttpMethod.Post, "/api/chat", """{"id":"chat-1","prompt":"Say hello."}""", ("Prefer", "wait=100"));
        await _app.WorkUntilAsync("chat-1/result.json");

        var answer = await waiting;

        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("state").GetString().ShouldBe("succeeded");
        answer.Json.GetProperty("answer").GetString().ShouldNotBeNull().ShouldContain("Say hello.");
    }

    [Fact]
    public async Task Routes_with_tokens_and_catch_alls_find_what_they_name()
    {
        await _app.Emulator.AnswerAsync(
            new { promptContains = "chart", text = "Here.", files = new[] { new { name = "图 1.txt", contentType = "text/plain", base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes("一二三")) } } },
            Cancel);
        await _app.PutAsync("prompts", """{"id":"with-file","prompt":"A chart, please.","wantFiles":true}""");
        (await _app.RunAsync("prompts", "OnPromptQueued")).Succeeded.ShouldBeTrue();

        var job = await _app.SendAsync(HttpMethod.Get, "/api/jobs/with-file");
        var file = job.Json.GetProperty("files")[0];
        var content = await _app.SendAsync(HttpMethod.Get, $"/api/jobs/with-file/files/{Uri.EscapeDataString(file.GetProperty("name").GetString()!)}");

        content.Status.ShouldBe(200);
        content.Text.ShouldBe("一二三");
    }

    [Fact]
    public async Task Bad_input_is_a_problem_document()
    {
        (await _app.SendAsync(HttpMethod.Post, "/api/chat", """{"promt":"Hello"}""")).Fields(400).ShouldContain("promt");
        (await _app.SendAsync(HttpMethod.Get, "/api/jobs/nobody")).Problem(404);
    }

    [Fact]
    public async Task Health_and_the_description_of_the_routes_answer()
    {
        await Eventually.TrueAsync("the app is healthy", async () => (await _app.SendAsync(HttpMethod.Get, "/api/health")).Status == 200);
        (await _app.SendAsync(HttpMethod.Get, "/api/openapi.json")).Json.GetProperty("openapi").GetString().ShouldStartWith("3.1");
    }

    private async Task<string> SummaryAsync(string batch)
    {
        var answer = await _app.SendAsync(HttpMethod.Get, $"/api/batches/{Uri.EscapeDataString(batch)}");
        return answer.Status == 200 ? answer.Text : "";
    }
}
