using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using SparrowFunctions.Jobs;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

public sealed class JobRunnerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task A_plain_text_is_answered_and_its_job_has_the_messages_id()
    {
        var id = await _pipeline.RunAsync("What is the capital of France?");

        var result = await _pipeline.ResultAsync($"{id}/result.json");
        result.GetProperty("id").GetString().ShouldBe(id);
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("answer").GetString()!.ShouldEndWith("\"What is the capital of France?\"");
        result.GetProperty("response").GetProperty("contents").GetArrayLength().ShouldBeGreaterThan(1);
        (await _pipeline.BlobAsync("results", $"{id}/answer.md")).ShouldBe(result.GetProperty("answer").GetString());
        (await _pipeline.JobAsync(id))!.State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_document_has_the_fields_of_the_contract_in_their_order()
    {
        await _pipeline.RunAsync("""{"id":"fields","prompt":"x","metadata":{"order":7}}""");

        var result = await _pipeline.ResultAsync("fields/result.json");
        result.EnumerateObject().Select(property => property.Name).ShouldBe(
        [
            "id", "state", "kind", "reason", "conversation", "turn", "model", "answer", "conversationId", "messageId", "rebuilt", "possiblyBilled",
            "createdAt", "startedAt", "endedAt", "nextAttemptAt", "attempts", "files", "warnings", "metadata", "response",
        ]);
        result.GetProperty("attempts")[0].EnumerateObject().Select(property => property.Name).ShouldBe(
            ["n", "startedAt", "endedAt", "status", "kind", "reason", "possiblyBilled"]);
        result.GetProperty("metadata").GetProperty("order").GetInt32().ShouldBe(7);
        result.GetProperty("createdAt").GetString()!.ShouldEndWith("Z");
    }

    [Fact]
    public async Task A_message_delivered_twice_makes_one_call()
    {
        var message = await _pipeline.SendAsync("""{"id":"twice","prompt":"once only"}""");

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);
        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);
        await _pipeline.RunAsync("""{"prompt":"once only", "id":"twice"}""");

        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_deliveries_at_once_make_one_call()
    {
        var messages = new[] { await _pipeline.SendAsync("""{"id":"race","prompt":"x"}"""), await _pipeline.SendAsync("""{"id":"race","prompt":"x"}""") };

        await Task.WhenAll(messages.Select(message => _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken)));

        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_rejected_and_leaves_the_job_alone()
    {
        await _pipeline.RunAsync("""{"id":"taken","prompt":"first"}""");
        await _pipeline.RunAsync("""{"id":"taken","prompt":"second"}""");

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        letter.GetString("JobId").ShouldBe("taken");
        letter.GetString("Kind").ShouldBe("rejected");
        letter.GetString("Reason").ShouldStartWith("id: taken is the id of another prompt.");
        letter.GetString("Original").ShouldBe("""{"id":"taken","prompt":"second"}""");
        (await _pipeline.CallsAsync()).ShouldHaveSingleItem().GetProperty("prompt").GetString().ShouldBe("first");
    }

    [Theory]
    [InlineData("{ not json", "The message is not JSON")]
    [InlineData("""{"prompt":"x","colour":1}""", "colour: is not a field of a prompt.")]
    [InlineData("""{"prompt":"x","promptBlob":"payloads/a"}""", "prompt: stands beside promptBlob.")]
    [InlineData("""{"prompt":"x","files":["payloads/none.txt"]}""", "files[0]: blob payloads/none.txt does not exist.")]
    [InlineData("""{"prompt":"x","files":["azure-webjobs-hosts/x"]}""", "files[0]: names container azure-webjobs-hosts, which prompts may not read.")]
    [InlineData("""{"prompt":"x","files":["$logs/x"]}""", "files[0]: names container $logs, which prompts may not read.")]
    [InlineData("""{"prompt":"x","files":["private/x"]}""", "files[0]: names container private, which prompts may not read. Use one of drop,payloads,results, or add it to Files__AllowedContainers.")]
    [InlineData("""{"promptBlob":"payloads/none.txt"}""", "promptBlob: blob payloads/none.txt does not exist.")]
    [InlineData("""{"prompt":"x","extra":{"model":"gpt-5"}}""", "extra.model: is a field that this app sets itself.")]
    [InlineData("""{"prompt":"x","extra":{"message":"y"}}""", "extra.message: is a field that this app sets itself.")]
    [InlineData("/////////////////////w==", "base64 of something that is not UTF-8 text")]
    [InlineData("""{"prompt":" "}""", "prompt: is empty.")]
    [InlineData("""{"metadata":{}}""", "prompt: is missing.")]
    [InlineData("""{"prompt":["x"],"turn":"2"}""", "prompt: must be a string, not a list. Send it in double quotes. turn: must be a whole number from 1 up, not a string.")]
    [InlineData("""{"prompt":"x","messages":[{"role":"user","content":"y"}]}""", "prompt: stands beside messages. Send only one of them.")]
    [InlineData("""{"v":2,"prompt":"x"}""", "v: must be a whole number from 1 to 1. This app reads version 1")]
    [InlineData("""{"prompt":"x","id":".."}""", "id: is not a valid id.")]
    [InlineData("""{"prompt":"x","id":"../escape"}""", "id: is not a valid id.")]
    [InlineData("""{"prompt":"x","metadata":{"a":"cut \ud83d"}}""", "metadata.a: holds half of a surrogate pair")]
    [InlineData("""{"id":"torn","prompt":"x","extra":{"a":"cut \ud83d"}}""", "extra.a: holds half of a surrogate pair")]
    public async Task Bad_input_ends_in_a_dead_letter_with_reason_and_original_and_calls_nothing(string text, string reason)
    {
        await _pipeline.RunAsync(text);

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        letter.GetString("Kind").ShouldBe("rejected");
        letter.GetString("Reason").ShouldContain(reason);
        letter.GetString("Original").ShouldBe(text);
        letter.GetString("Source").ShouldBe("prompts");
        letter.GetDateTimeOffset("At").ShouldNotBeNull();
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
        (await _pipeline.CallsAsync("upload")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"prompt\":\"x\",\"files\":[\"payloads/huge\"]", 100_000_256, "files[0]: blob payloads/huge has 100000256 bytes; at most 100000000 are taken. Make it smaller or split it.")]
    [InlineData("\"promptBlob\":\"payloads/huge\"", 1_049_088, "promptBlob: blob payloads/huge has 1049088 bytes; at most 1048576 are taken.")]
    [InlineData("\"prompt\":\"x\",\"files\":[\"payloads/huge\"]", 0, "files[0]: blob payloads/huge is empty.")]
    public async Task A_blob_of_a_size_that_is_not_taken_ends_in_a_dead_letter_with_reason_and_original(string fields, long size, string reason)
    {
        // A page blob costs nothing but its length
        await _pipeline.Account.Blobs.GetBlobContainerClient("payloads").GetPageBlobClient("huge").CreateAsync(size, cancellationToken: TestContext.Current.CancellationToken);
        var text = $$"""{"id":"huge",{{fields}}}""";

        await _pipeline.RunAsync(text);

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        letter.GetString("Kind").ShouldBe("rejected");
        letter.GetString("Reason").ShouldStartWith(reason);
        letter.GetString("Original").ShouldBe(text);
        (await _pipeline.JobAsync("huge")).ShouldBeNull();
        (await _pipeline.CallsAsync("upload")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rejected_prompt_leaves_its_id_free()
    {
        await _pipeline.RunAsync("""{"id":"fixed","prompt":"x","colour":1}""");
        await _pipeline.RunAsync("""{"id":"fixed","prompt":"x"}""");

        (await _pipeline.JobAsync("fixed"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task A_rejection_delivered_again_is_one_dead_letter()
    {
        var message = await _pipeline.SendAsync("{ not json");

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);
        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        (await _pipeline.DeadLettersAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_long_rejected_original_is_kept_whole_in_a_blob()
    {
        // ASCII on purpose: Azurite breaks a long message's multi-byte characters where its own chunks end
        var text = $$"""{"prompt":"{{new string('x', 60_000)}}","colour":1}""";

        await _pipeline.RunAsync(text);

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        letter.GetString("Original").ShouldBeNull();
        letter.GetString("OriginalBlob").ShouldStartWith("payloads/deadletters/");
        (await _pipeline.BlobAsync("payloads", letter.GetString("OriginalBlob")["payloads/".Length..])).ShouldBe(text);
    }

    [Fact]
    public async Task A_file_is_uploaded_and_attached()
    {
        await _pipeline.PutBlobAsync("payloads/in/sales.csv", "a,b\n1,2\n");

        await _pipeline.RunAsync("""{"id":"file","prompt":"Sum it.","files":["payloads/in/sales.csv"]}""");

        var result = await _pipeline.ResultAsync("file/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("answer").GetString()!.ShouldContain(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("a,b\n1,2\n"))));
        (await _pipeline.CallsAsync("upload")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_generated_file_is_saved_and_the_answers_link_leads_to_it()
    {
        byte[] chart = [0x89, 0x50, 0x4e, 0x47, 1, 2, 3];
        await _pipeline.AnswerAsync(new
        {
            promptContains = "chart",
            text = "Here: [chart](sandbox:/mnt/data/my chart.png)",
            files = new[] { new { name = "my chart.png", contentType = "image/png", base64 = Convert.ToBase64String(chart) } },
        });

        await _pipeline.RunAsync("""{"id":"chart","prompt":"Draw a chart.","wantFiles":true}""");

        var result = await _pipeline.ResultAsync("chart/result.json");
        var file = result.GetProperty("files").EnumerateArray().ShouldHaveSingleItem();
        file.GetProperty("name").GetString().ShouldBe("my chart.png");
        file.GetProperty("size").GetInt64().ShouldBe(chart.Length);
        file.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(chart)));
        file.GetProperty("contentType").GetString().ShouldBe("image/png");
        file.GetProperty("source").GetString().ShouldBe("downloads[0]");
        file.GetProperty("url").GetString().ShouldBe("files/my%20chart.png");
        result.GetProperty("answer").GetString().ShouldBe("Here: [chart](files/my%20chart.png)");
        result.GetProperty("warnings").GetArrayLength().ShouldBe(0);
        var saved = await _pipeline.Account.Blobs.GetBlobContainerClient("results").GetBlobClient("chart/files/my chart.png").DownloadContentAsync(TestContext.Current.CancellationToken);
        saved.Value.Content.ToArray().ShouldBe(chart);
        saved.Value.Details.ContentType.ShouldBe("image/png");
    }

    [Fact]
    public async Task A_file_that_cannot_be_fetched_is_a_warning_and_the_answer_stands()
    {
        await _pipeline.AnswerAsync(new
        {
            promptContains = "chart",
            text = "See [c](sandbox:/mnt/data/c.csv)",
            files = new[] { new { name = "c.csv", contentType = "text/csv", base64 = Convert.ToBase64String("x"u8) } },
        });
        await _pipeline.FaultAsync(new { match = new { route = "/file-" }, times = -1, fault = new { status = 404 } });

        await _pipeline.RunAsync("""{"id":"nofile","prompt":"chart"}""");

        var result = await _pipeline.ResultAsync("nofile/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("files").GetArrayLength().ShouldBe(0);
        result.GetProperty("warnings")[0].GetString()!.ShouldStartWith("downloads[0] (c.csv) could not be saved:");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_paid_answer_is_stored_however_deep_it_is_nested(bool hasFiles)
    {
        var answer = NestedAnswer.Of(levels: 512, hasFiles ? new Uri(_pipeline.Emulator.BaseUrl, "file-gone") : null);
        await _pipeline.FaultAsync(new { fault = new { status = 200, body = answer } });

        await _pipeline.RunAsync("""{"id":"deep","prompt":"x"}""");

        (await _pipeline.JobAsync("deep"))!.State.ShouldBe(JobState.Succeeded);
        var result = await _pipeline.ResultAsync("deep/result.json");
        result.GetProperty("answer").GetString().ShouldBe("From the deep.");
        result.GetProperty("warnings").GetArrayLength().ShouldBe(hasFiles ? 1 : 0);
        (await _pipeline.Get<ResultStore>().FindAsync("deep", TestContext.Current.CancellationToken))!.Response.ShouldNotBeNull();
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_prompt_can_lie_in_a_blob()
    {
        await _pipeline.PutBlobAsync("payloads/long.txt", "\uFEFFThe long question");

        await _pipeline.RunAsync("""{"id":"blob","promptBlob":"payloads/long.txt"}""");

        (await _pipeline.CallsAsync()).ShouldHaveSingleItem().GetProperty("prompt").GetString().ShouldBe("The long question");
    }

    [Fact]
    public async Task A_prompt_blob_that_is_no_text_fails_the_job_with_the_reason()
    {
        await _pipeline.PutBlobAsync("payloads/binary", BinaryData.FromBytes(new byte[] { 0xff, 0xfe, 0xfd }));

        await _pipeline.RunAsync("""{"id":"binary","promptBlob":"payloads/binary"}""");

        var result = await _pipeline.ResultAsync("binary/result.json");
        result.GetProperty("state").GetString().ShouldBe("failed");
        result.GetProperty("kind").GetString().ShouldBe("rejected");
        result.GetProperty("reason").GetString()!.ShouldContain("is not UTF-8 text");
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_long_prompt_is_kept_in_a_blob_of_the_ledger_and_asked_whole()
    {
        var text = new string('x', 40_000);

        // As base64: Azurite damages characters that lie across two of the pieces a long message arrives in
        await _pipeline.RunAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"id":"long","prompt":"{{text}}"}""")));

        (await _pipeline.CallsAsync()).ShouldHaveSingleItem().GetProperty("prompt").GetString().ShouldBe(text);
        (await _pipeline.JobAsync("long"))!.Accepted.Prompt.Text.ShouldBe(text);
    }

    [Fact]
    public async Task Several_messages_go_through_openai_system()
    {
        await _pipeline.RunAsync("""{"id":"several","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]}""");

        var call = (await _pipeline.CallsAsync()).ShouldHaveSingleItem();
        call.GetProperty("route").GetString().ShouldBe("/standard/openai-system/all-tools");
        call.GetProperty("messages").GetArrayLength().ShouldBe(2);
        (await _pipeline.JobAsync("several"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Theory]
    [InlineData("""{"id":"r","prompt":"x","gizmoId":"g-abc"}""", "/standard/gizmos")]
    [InlineData("""{"id":"r","prompt":"x","mode":"concurrent"}""", "/concurrent/all-tools")]
    [InlineData("""{"id":"r","prompt":"x","mode":"free"}""", "/backend-api/conversation")]
    public async Task Gpts_and_modes_take_their_routes(string text, string route)
    {
        await _pipeline.RunAsync(text);

        (await _pipeline.CallsAsync()).ShouldHaveSingleItem().GetProperty("route").GetString().ShouldBe(route);
        (await _pipeline.JobAsync("r"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task The_slug_that_custom_GPTs_answer_under_is_no_warning()
    {
        await _pipeline.RunAsync("""{"id":"gizmo","prompt":"x","gizmoId":"g-abc"}""");

        var result = await _pipeline.ResultAsync("gizmo/result.json");
        result.GetProperty("response").GetProperty("contents").EnumerateArray().Last().GetProperty("message").GetProperty("metadata").GetProperty("model_slug").GetString().ShouldBe("gpt-4-gizmo");
        result.GetProperty("warnings").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_rejected_call_fails_the_job_at_once_with_a_dead_letter_that_can_be_sent_again()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "bad" }, fault = new { status = 409, body = "{\"detail\":\"parameters are wrong\"}" } });

        await _pipeline.RunAsync("""{"id":"bad","prompt":"bad","metadata":{"k":1}}""");

        var result = await _pipeline.ResultAsync("bad/result.json");
        result.GetProperty("state").GetString().ShouldBe("failed");
        result.GetProperty("kind").GetString().ShouldBe("rejected");
        result.GetProperty("reason").GetString()!.ShouldContain("parameters are wrong");
        result.GetProperty("attempts")[0].GetProperty("status").GetInt32().ShouldBe(409);
        (await _pipeline.HasResultAsync("bad/answer.md")).ShouldBeFalse();
        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        letter.GetString("JobId").ShouldBe("bad");
        JsonDocument.Parse(letter.GetString("Original")).RootElement.GetProperty("metadata").GetProperty("k").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_passing_fault_puts_the_job_back_and_it_succeeds_when_it_is_due()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "later" }, fault = new { status = 500 } });
        await _pipeline.RunAsync("""{"id":"later","prompt":"later"}""");

        var waiting = (await _pipeline.JobAsync("later"))!;
        waiting.State.ShouldBe(JobState.Waiting);
        waiting.NextAttemptAt.ShouldNotBeNull();
        await DeliverWorkAsync("later");
        (await _pipeline.CallsAsync()).Count.ShouldBe(1, "nothing is called before the job is due");
        await _pipeline.PassAsync(TimeSpan.FromMinutes(1));
        await DeliverWorkAsync("later");

        var result = await _pipeline.ResultAsync("later/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("kind").GetString()).ShouldBe(["transient", null]);
        (await _pipeline.CallsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_prompt_for_later_waits_until_its_time()
    {
        await _pipeline.RunAsync($$"""{"id":"tomorrow","prompt":"x","notBefore":"{{_pipeline.Time.GetUtcNow().AddDays(1):O}}"}""");

        (await _pipeline.JobAsync("tomorrow"))!.State.ShouldBe(JobState.Waiting);
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
        await _pipeline.PassAsync(TimeSpan.FromDays(1));
        await DeliverWorkAsync("tomorrow");
        (await _pipeline.JobAsync("tomorrow"))!.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task A_call_whose_outcome_is_not_known_is_tried_once_more_and_counted()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "cut" }, fault = new { drop = "afterAccept" } });
        await _pipeline.RunAsync("""{"id":"cut","prompt":"cut"}""");

        await _pipeline.PassAsync(TimeSpan.FromMinutes(1));
        await DeliverWorkAsync("cut");

        var result = await _pipeline.ResultAsync("cut/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("possiblyBilled").GetInt32().ShouldBe(1);
        (await _pipeline.CallsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_changed_file_fails_the_job_instead_of_asking_about_other_bytes()
    {
        await _pipeline.PutBlobAsync("payloads/changing.txt", "before");
        await _pipeline.RunAsync($$"""{"id":"changed","prompt":"x","files":["payloads/changing.txt"],"notBefore":"{{_pipeline.Time.GetUtcNow().AddHours(1):O}}"}""");
        await _pipeline.PutBlobAsync("payloads/changing.txt", "after");

        await _pipeline.PassAsync(TimeSpan.FromHours(1));
        await DeliverWorkAsync("changed");

        var job = (await _pipeline.JobAsync("changed"))!;
        job.State.ShouldBe(JobState.Failed);
        job.Reason!.ShouldContain("changed after the prompt was taken in");
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"id":"again","prompt":"x","files":["payloads/input.txt"]}""", "changed")]
    [InlineData("""{"id":"again","prompt":"x","files":["payloads/input.txt"]}""", null)]
    [InlineData("""{"promptBlob":"payloads/input.txt"}""", "changed")]
    [InlineData("""{"promptBlob":"payloads/input.txt"}""", null)]
    public async Task A_message_that_comes_again_after_its_blob_has_changed_or_gone_is_the_job_it_was(string text, string? now)
    {
        await _pipeline.PutBlobAsync("payloads/input.txt", "text");
        var message = await _pipeline.SendAsync(text);
        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);
        await RewriteAsync("input.txt", now);

        await _pipeline.Deliveries.OnPromptAsync(message, TestContext.Current.CancellationToken);

        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_repeated_send_whose_blob_has_gone_is_the_same_job_and_one_whose_blob_has_changed_is_another_prompt()
    {
        const string Text = """{"id":"sent","prompt":"x","files":["payloads/input.txt"]}""";
        await _pipeline.PutBlobAsync("payloads/input.txt", "text");
        await _pipeline.RunAsync(Text);

        await RewriteAsync("input.txt", null);
        await _pipeline.RunAsync(Text);
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
        await _pipeline.RunAsync("""{"id":"sent","prompt":"y","files":["payloads/input.txt"]}""");
        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Reason").ShouldContain("does not exist");
        await RewriteAsync("input.txt", "changed");
        await _pipeline.RunAsync(Text);

        (await _pipeline.DeadLettersAsync()).Select(letter => letter.GetString("Reason")).ShouldContain(reason => reason.Contains("sent is the id of another prompt", StringComparison.Ordinal));
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("\"prompt\":\"x\",\"files\":[\"payloads/kept.txt\"]")]
    [InlineData("\"promptBlob\":\"payloads/kept.txt\"")]
    public async Task A_blob_that_was_moved_to_the_archive_fails_its_job_with_what_to_do(string fields)
    {
        await _pipeline.PutBlobAsync("payloads/kept.txt", "text");
        await _pipeline.RunAsync($$"""{"id":"kept",{{fields}},"notBefore":"{{_pipeline.Time.GetUtcNow().AddHours(1):O}}"}""");
        await ArchiveAsync("kept.txt");

        await _pipeline.PassAsync(TimeSpan.FromHours(1));
        await DeliverWorkAsync("kept");

        var job = (await _pipeline.JobAsync("kept"))!;
        (job.State, job.Kind).ShouldBe((JobState.Failed, FailureKind.Rejected));
        job.Reason!.ShouldContain("Blob payloads/kept.txt is in the archive tier. Move it to another tier and wait until it is there. Then have the job sent again.");
        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("JobId").ShouldBe("kept");
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"prompt\":\"x\",\"files\":[\"payloads/secret.txt\"]")]
    [InlineData("\"promptBlob\":\"payloads/secret.txt\"")]
    public async Task A_blob_that_may_not_be_read_any_more_fails_its_job_with_what_to_do(string fields)
    {
        await _pipeline.PutBlobAsync("payloads/secret.txt", "text");
        _pipeline.Storage.Before = static request => request is { Method: "GET" } && request.Uri.AbsolutePath.EndsWith("/secret.txt", StringComparison.Ordinal)
            ? throw new RequestFailedException(403, "No.", "AuthorizationPermissionMismatch", null)
            : Task.CompletedTask;

        await _pipeline.RunAsync($$"""{"id":"secret",{{fields}}}""");

        var job = (await _pipeline.JobAsync("secret"))!;
        (job.State, job.Kind).ShouldBe((JobState.Failed, FailureKind.Rejected));
        job.Reason!.ShouldContain("Blob payloads/secret.txt can't be read: storage answers 403 AuthorizationPermissionMismatch. Give the app the right to read it.");
    }

    [Fact]
    public async Task A_blob_that_lies_in_the_archive_already_is_refused_at_the_door()
    {
        await _pipeline.PutBlobAsync("payloads/old.txt", "text");
        await ArchiveAsync("old.txt");

        await _pipeline.RunAsync("""{"prompt":"x","files":["payloads/old.txt"]}""");

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Reason").ShouldStartWith("files[0]: blob payloads/old.txt is in the archive tier.");
    }

    [Fact]
    public async Task A_work_message_that_names_no_job_is_a_dead_letter()
    {
        await _pipeline.Deliveries.OnWorkAsync(await _pipeline.SendAsync("""{"jobId":"nobody","reason":"retry"}""", "work"), TestContext.Current.CancellationToken);
        await _pipeline.Deliveries.OnWorkAsync(await _pipeline.SendAsync("garbage", "work"), TestContext.Current.CancellationToken);
        await _pipeline.Deliveries.OnWorkAsync(await _pipeline.SendAsync("""{"jobId":"never-in","reason":"takeover"}""", "work"), TestContext.Current.CancellationToken);

        (await _pipeline.DeadLettersAsync()).Select(letter => letter.GetString("Original")).ShouldBe(["""{"jobId":"nobody","reason":"retry"}""", "garbage"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_poisoned_prompt_is_a_dead_letter_with_its_original()
    {
        var message = await _pipeline.SendAsync("""{"id":"poisoned","prompt":"x"}""", "prompts-poison");

        await _pipeline.Deliveries.OnPoisonAsync(message, "prompts", TestContext.Current.CancellationToken);

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        letter.GetString("Source").ShouldBe("prompts");
        letter.GetString("Original").ShouldBe("""{"id":"poisoned","prompt":"x"}""");
    }

    private async Task RewriteAsync(string path, string? content)
    {
        if (content is not null)
            await _pipeline.PutBlobAsync($"payloads/{path}", content);
        else
            await _pipeline.Account.Blobs.GetBlobContainerClient("payloads").DeleteBlobAsync(path, cancellationToken: TestContext.Current.CancellationToken);
    }

    private async Task ArchiveAsync(string path) =>
        await _pipeline.Account.Blobs.GetBlobContainerClient("payloads").GetBlobClient(path).SetAccessTierAsync(AccessTier.Archive, cancellationToken: TestContext.Current.CancellationToken);

    private async Task DeliverWorkAsync(string jobId) =>
        await _pipeline.Deliveries.OnWorkAsync(
            await _pipeline.SendAsync($$"""{"jobId":"{{jobId}}","reason":"retry"}""", "work"), TestContext.Current.CancellationToken);
}
