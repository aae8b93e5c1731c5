using System.Text.Json;
using Azure.Data.Tables;
using SparrowFunctions.Files.Uploads;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Emulator;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Files;

/// <summary>Files in, on Azurite and the emulator, whose ledger is the judge of what was sent.</summary>
public sealed class FileUploadsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task Images_go_as_parts_and_all_else_as_attachments_of_one_conversation()
    {
        await _pipeline.PutBlobAsync("payloads/really-a-picture.txt", BinaryData.FromBytes(Images.Png(640, 480)));
        await _pipeline.PutBlobAsync("payloads/no-picture.png", BinaryData.FromBytes([0x7F, .. "ELF"u8, 2, 1, 0]));
        await _pipeline.PutBlobAsync("payloads/数据.csv", "a,b\n");

        await _pipeline.RunAsync("""{"id":"mixed","prompt":"x","files":["payloads/really-a-picture.txt","payloads/no-picture.png","payloads/数据.csv"]}""");

        var user = (await _pipeline.ResultAsync("mixed/result.json")).GetProperty("response").GetProperty("contents").EnumerateArray()
            .Select(entry => entry.GetProperty("message")).Single(message => message.GetProperty("author").GetProperty("role").GetString() == "user");
        var picture = user.GetProperty("content").GetProperty("parts").EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Object).ShouldHaveSingleItem();
        (picture.GetProperty("width").GetInt32(), picture.GetProperty("height").GetInt32(), picture.GetProperty("mimeType").GetString()).ShouldBe((640, 480, "image/png"));
        user.GetProperty("metadata").GetProperty("attachments").EnumerateArray().Select(file => file.GetProperty("name").GetString()).ShouldBe(["no-picture.png", "数据.csv"]);
        var uploads = await _pipeline.CallsAsync("upload");
        uploads.Select(upload => upload.GetProperty("conversation_id").GetString() is null).ShouldBe([true, false, false]);
        var named = uploads.Skip(1).Select(upload => upload.GetProperty("conversation_id").GetString()).Distinct().ShouldHaveSingleItem();
        (await _pipeline.CallsAsync()).ShouldHaveSingleItem().GetProperty("conversation_id").GetString().ShouldBe(named);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(11, 1)]
    public async Task More_files_than_are_surely_taken_are_sent_with_a_warning(int count, int warnings)
    {
        await _pipeline.PutBlobAsync("payloads/a.csv", "a,b\n");
        var files = string.Join(',', Enumerable.Repeat("\"payloads/a.csv\"", count));

        await _pipeline.RunAsync($$"""{"id":"many","prompt":"x","files":[{{files}}]}""");

        var result = await _pipeline.ResultAsync("many/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("warnings").EnumerateArray().Count(warning => warning.GetString()!.StartsWith("11 files were attached;", StringComparison.Ordinal)).ShouldBe(warnings);
        (await _pipeline.CallsAsync("upload")).Count.ShouldBe(count);
    }

    [Fact]
    public async Task What_was_uploaded_is_on_record_as_sparrow_returned_it()
    {
        await _pipeline.PutBlobAsync("payloads/a.csv", "a,b\n");

        await _pipeline.RunAsync("""{"id":"recorded","prompt":"x","files":["payloads/a.csv"],"mode":"concurrent"}""");

        var row = (await RowsAsync()).ShouldHaveSingleItem();
        (row.PartitionKey, row.RowKey, row.GetString("Blob"), row.GetString("Mode")).ShouldBe(("recorded", "000", "payloads/a.csv", "Concurrent"));
        var attachment = JsonDocument.Parse(row.GetString("Attachment")).RootElement;
        attachment.GetProperty("id").GetString().ShouldBe((await _pipeline.CallsAsync("upload"))[0].GetProperty("files")[0].GetProperty("id").GetString());
        attachment.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "name", "size", "mimeType"]);
        row.GetString("ConversationId").ShouldBe((await _pipeline.CallsAsync())[0].GetProperty("conversation_id").GetString());
        row.GetDateTimeOffset("Until").ShouldNotBeNull().ShouldBeGreaterThan(_pipeline.Time.GetUtcNow().AddMinutes(2));
    }

    [Fact]
    public async Task A_retry_within_the_hold_uploads_nothing_again()
    {
        await PutTwoAsync();
        await _pipeline.FaultAsync("""{"status":500}""", always: false);
        await _pipeline.RunAsync("""{"id":"again","prompt":"x","files":["payloads/a.csv","payloads/b.csv"]}""");

        (await _pipeline.RunUntilEndedAsync("again")).State.ShouldBe(JobState.Succeeded);

        (await _pipeline.CallsAsync("upload")).Count.ShouldBe(2);
        var chats = await _pipeline.CallsAsync();
        chats.Select(chat => chat.GetProperty("conversation_id").GetString()).Distinct().ShouldHaveSingleItem();
        chats[1].GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()).ShouldBe(["a.csv", "b.csv"]);
    }

    [Fact]
    public async Task A_retry_after_the_hold_uploads_all_again()
    {
        await PutTwoAsync();
        await _pipeline.FaultAsync("""{"status":429,"retryAfter":600}""", always: false);
        await _pipeline.RunAsync("""{"id":"late","prompt":"x","files":["payloads/a.csv","payloads/b.csv"]}""");

        (await _pipeline.RunUntilEndedAsync("late")).State.ShouldBe(JobState.Succeeded);

        (await _pipeline.CallsAsync("upload")).Count.ShouldBe(4);
        (await _pipeline.CallsAsync()).Select(chat => chat.GetProperty("conversation_id").GetString()).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_conversation_that_sparrow_forgot_is_begun_anew_with_its_files_and_nothing_is_paid_for_it()
    {
        await PutTwoAsync();
        await _pipeline.FaultAsync("""{"status":500}""", always: false);
        await _pipeline.RunAsync("""{"id":"forgotten","prompt":"x","files":["payloads/a.csv","payloads/b.csv"]}""");
        await _pipeline.SetAsync(new { clockScale = 1_000_000 });
        (await _pipeline.CallsAsync("upload")).Count.ShouldBe(2);
        await _pipeline.SetAsync(new { clockScale = 1 });

        (await _pipeline.RunUntilEndedAsync("forgotten")).State.ShouldBe(JobState.Succeeded);

        var job = (await _pipeline.JobAsync("forgotten"))!;
        job.Attempts.Select(attempt => attempt.Kind).Take(2).ShouldBe([FailureKind.Transient, FailureKind.Session]);
        job.PossiblyBilled.ShouldBe(0);
        (await _pipeline.CallsAsync("upload")).Count.ShouldBe(4);
        (await _pipeline.CallsAsync()).Count(call => call.GetProperty("billed").GetBoolean()).ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"wrongModel":true}""")]
    [InlineData("""{"noAnswer":true}""")]
    [InlineData("""{"drop":"afterAccept"}""")]
    public async Task After_a_call_that_may_have_been_answered_the_files_go_into_a_new_conversation(string fault)
    {
        await PutTwoAsync();
        await _pipeline.FaultAsync(fault, always: false);
        await _pipeline.RunAsync("""{"id":"doubt","prompt":"x","files":["payloads/a.csv"]}""");

        (await _pipeline.RunUntilEndedAsync("doubt")).State.ShouldBe(JobState.Succeeded);

        (await _pipeline.CallsAsync("upload")).Select(upload => upload.GetProperty("conversation_id").GetString()).ShouldBe([null, null]);
        (await _pipeline.CallsAsync()).Select(chat => chat.GetProperty("conversation_id").GetString()).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task An_upload_that_fails_is_gone_on_from_where_it_stopped()
    {
        await PutTwoAsync();
        await _pipeline.FaultAsync(new { match = new { route = "upload", nth = 2 }, fault = new { status = 502 } });
        await _pipeline.RunAsync("""{"id":"half","prompt":"x","files":["payloads/a.csv","payloads/b.csv"]}""");

        (await _pipeline.RunUntilEndedAsync("half")).State.ShouldBe(JobState.Succeeded);

        (await _pipeline.CallsAsync("upload")).Select(upload => upload.GetProperty("files")[0].GetProperty("name").GetString()).ShouldBe(["a.csv", "b.csv", "b.csv"]);
        (await _pipeline.CallsAsync()).ShouldHaveSingleItem().GetProperty("files").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task What_a_worker_uploaded_before_it_died_is_used_by_the_next()
    {
        await PutTwoAsync();
        var died = false;
        _pipeline.Storage.Before = request =>
        {
            // The write of "sending", after the uploads: the worker is gone from here on
            died |= request.Method != "GET" && request.Uri.AbsolutePath.Contains("/jobs(", StringComparison.Ordinal) && request.Body.Contains("\"Sending\":true", StringComparison.Ordinal);
            return died ? throw new OperationCanceledException("The worker is dead.") : Task.CompletedTask;
        };
        var message = await _pipeline.SendAsync("""{"id":"dead","prompt":"x","files":["payloads/a.csv","payloads/b.csv"]}""");
        await Should.ThrowAsync<Exception>(() => _pipeline.Deliveries.OnPromptAsync(message, Token));
        died.ShouldBeTrue();

        await using var next = await _pipeline.AnotherAsync();
        await _pipeline.PassAsync(TimeSpan.FromSeconds(60));
        await next.PumpAsync(next.Deliveries.OnPromptAsync(message, Token));
        (await next.RunUntilEndedAsync("dead")).State.ShouldBe(JobState.Succeeded);

        (await _pipeline.CallsAsync("upload")).Count.ShouldBe(2);
        (await _pipeline.CallsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_turn_uploads_into_the_conversation_it_goes_on_in_and_a_retry_finds_its_file_there()
    {
        await PutTwoAsync();
        await _pipeline.RunAsync("""{"id":"t1","prompt":"x","conversation":"c","turn":1,"files":["payloads/a.csv"]}""");
        await _pipeline.FaultAsync("""{"status":500}""", always: false);
        await _pipeline.RunAsync("""{"id":"t2","prompt":"y","conversation":"c","turn":2,"files":["payloads/b.csv"]}""");

        (await _pipeline.RunUntilEndedAsync("t2")).State.ShouldBe(JobState.Succeeded);

        var conversation = (await _pipeline.ResultAsync("t1/result.json")).GetProperty("conversationId").GetString();
        var uploads = await _pipeline.CallsAsync("upload");
        uploads.Select(upload => upload.GetProperty("conversation_id").GetString()).ShouldBe([null, conversation]);
        var result = await _pipeline.ResultAsync("t2/result.json");
        (result.GetProperty("conversationId").GetString(), result.GetProperty("rebuilt").GetBoolean()).ShouldBe((conversation, false));
    }

    [Theory]
    [InlineData(0, "is empty")]
    [InlineData(100_000_001, "at most 100000000")]
    public async Task A_file_of_no_or_too_many_bytes_is_refused_before_anything_is_sent(long size, string reason)
    {
        var file = new BlobVersion(new BlobPath("payloads", "a.bin"), "etag", size, null);
        var job = new Job
        {
            Id = JobId.Parse("refused"),
            State = JobState.Running,
            Accepted = new AcceptedPrompt(new Prompt { Text = "x" }, null, [file]),
            Content = "c",
            Source = "queue",
            CreatedAt = _pipeline.Time.GetUtcNow(),
        };

        var error = (await _pipeline.Get<FileUploads>().UploadAsync(job, SparrowMode.Standard, null, Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Fault).ShouldBe((FailureKind.Rejected, SparrowFault.NotSent));
        error.Reason.ShouldContain("payloads/a.bin");
        error.Reason.ShouldContain(reason);
        (await _pipeline.CallsAsync("upload")).ShouldBeEmpty();
    }

    private async Task PutTwoAsync()
    {
        await _pipeline.PutBlobAsync("payloads/a.csv", "a\n");
        await _pipeline.PutBlobAsync("payloads/b.csv", "b\n");
    }

    private async Task<IReadOnlyList<TableEntity>> RowsAsync()
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _pipeline.Account.Tables.GetTableClient("attachments").QueryAsync<TableEntity>(cancellationToken: Token))
            rows.Add(row);
        return rows;
    }
}
