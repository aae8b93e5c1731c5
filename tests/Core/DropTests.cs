using Azure.Storage.Blobs.Specialized;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>Files dropped into the folder: one job a version, asked as the nearest prompt says.</summary>
public sealed class DropTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private DropFixture _drop = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Pipeline Pipeline => _drop.Pipeline;

    public async ValueTask InitializeAsync() => _drop = await DropFixture.StartAsync(azurite, ("Drop__DefaultPrompt", "What is this file?"));

    public ValueTask DisposeAsync() => _drop.DisposeAsync();

    [Fact]
    public async Task A_dropped_file_is_attached_and_its_outcome_lies_beside_its_path()
    {
        var id = await _drop.DropAsync("inbox/report.txt", "a report");

        var document = await _drop.DocumentAsync("inbox/report.txt");
        (document.GetProperty("id").GetString(), document.GetProperty("state").GetString()).ShouldBe((id, "succeeded"));
        document.GetProperty("response").GetProperty("contents").GetArrayLength().ShouldBeGreaterThan(0);
        var page = await _drop.PageAsync("inbox/report.txt");
        page.ShouldBe(document.GetProperty("answer").GetString());
        page.ShouldContain("\"What is this file?\"");
        page.ShouldContain("report.txt");
        (await Pipeline.ResultAsync($"{id}/result.json")).GetProperty("answer").GetString().ShouldBe(page);
        (await Pipeline.JobAsync(id)).ShouldNotBeNull().ShouldSatisfyAllConditions(
            job => job.Source.ShouldBe("drop"), job => job.Drop.ShouldNotBeNull().Path.ShouldBe("inbox/report.txt"), job => job.State.ShouldBe(JobState.Succeeded));
        (await Pipeline.CallsAsync("upload")).Count.ShouldBe(1);
        (await _drop.OutcomesAsync()).ShouldBe(["drop/inbox/report.txt.json", "drop/inbox/report.txt.md"]);
    }

    [Fact]
    public async Task Trigger_event_and_sweep_that_see_the_same_version_make_one_call()
    {
        await _drop.DropAsync("a.txt");
        var file = (await Pipeline.Get<DropFolder>().FindAsync("a.txt", Cancel))!;

        await _drop.LookAsync("a.txt");
        await _drop.TellAsync(DropEvent.Write("drop", "a.txt", file.ETag));
        await _drop.TellAsync(DropEvent.Write("drop", "a.txt", file.ETag.Trim('"')));
        await _drop.TellAsync(DropEvent.Write("drop", "a.txt", null));

        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Processes_that_see_the_same_version_at_once_make_one_call()
    {
        await using var other = new DropFixture(await Pipeline.AnotherAsync());
        await _drop.PutAsync("a.txt");

        await Task.WhenAll(_drop.LookAsync("a.txt"), other.LookAsync("a.txt"), _drop.LookAsync("a.txt"));

        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_version_keeps_the_prompt_that_it_was_taken_with()
    {
        await Pipeline.FaultAsync("""{"status":500}""", always: false);
        await _drop.PutAsync("_prompt.md", "First?");
        var id = await _drop.DropAsync("a.txt");

        await _drop.PutAsync("_prompt.md", "Second?");
        await _drop.LookAsync("a.txt");
        await Pipeline.RunUntilEndedAsync(id);

        (await _drop.PageAsync("a.txt")).ShouldContain("\"First?\"");
    }

    [Fact]
    public async Task An_overwritten_file_is_a_new_job_whose_outcome_replaces_the_old_one()
    {
        var first = await _drop.DropAsync("a.txt", "one");
        var second = await _drop.DropAsync("a.txt", "two");

        second.ShouldNotBe(first);
        (await Pipeline.CallsAsync()).Count.ShouldBe(2);
        (await _drop.DocumentAsync("a.txt")).GetProperty("id").GetString().ShouldBe(second);
        (await Pipeline.HasResultAsync($"{first}/result.json")).ShouldBeTrue("each job keeps its own result");
    }

    [Theory]
    [InlineData("a/b/c.txt", "a/b")]
    [InlineData("a/x/c.txt", "a")]
    [InlineData("c.txt", "top")]
    public async Task The_nearest_prompt_up_the_folders_is_asked(string name, string asked)
    {
        await _drop.PutAsync("_prompt.md", "I am top");
        await _drop.PutAsync("a/_prompt.md", "I am a");
        await _drop.PutAsync("a/b/_prompt.md", "I am a/b");

        await _drop.DropAsync(name);

        (await _drop.PageAsync(name)).ShouldContain($"\"I am {asked}\"");
    }

    [Fact]
    public async Task Front_matter_works_as_the_fields_of_a_prompt_do()
    {
        await Pipeline.PutBlobAsync("payloads/style.md", "Be brief.");
        await _drop.PutAsync("case/_prompt.md", "---\nconversation: case 7\nturn: 1\nmodel: gpt-4o\nmetadata: {customer: 42}\nfiles: [payloads/style.md]\nextra: {temperature: 0.1}\n---\nCheck it.");

        var id = await _drop.DropAsync("case/a.txt");

        var document = await _drop.DocumentAsync("case/a.txt");
        document.ShouldSatisfyAllConditions(
            each => each.GetProperty("conversation").GetString().ShouldBe("case 7"),
            each => each.GetProperty("turn").GetInt32().ShouldBe(1),
            each => each.GetProperty("model").GetString().ShouldBe("gpt-4o"),
            each => each.GetProperty("metadata").GetProperty("customer").GetInt32().ShouldBe(42),
            each => each.GetProperty("answer").GetString()!.ShouldContain("Check it."));
        (await Pipeline.JobAsync(id))!.Accepted.Files.Select(file => file.Path.ToString()).ShouldBe(["drop/case/a.txt", "payloads/style.md"]);
        (await Pipeline.CallsAsync("upload")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_may_not_run_yet_waits_for_its_time()
    {
        await _drop.PutAsync("_prompt.md", $"---\nnotBefore: {Pipeline.Time.GetUtcNow().AddHours(2):O}\n---\nLater.");
        var id = await _drop.DropAsync("a.txt");

        (await Pipeline.CallsAsync()).ShouldBeEmpty();
        (await Pipeline.RunUntilEndedAsync(id)).State.ShouldBe(JobState.Succeeded);
        (await _drop.PageAsync("a.txt")).ShouldContain("Later.");
    }

    [Theory]
    [InlineData("_prompt.md")]
    [InlineData("_notes.txt")]
    [InlineData(".DS_Store")]
    [InlineData("a/_b.txt")]
    public async Task A_name_that_begins_with_an_underscore_or_a_dot_is_never_analysed(string name)
    {
        await _drop.DropAsync(name);

        (await Pipeline.CallsAsync()).ShouldBeEmpty();
        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
        (await _drop.OutcomesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("合同/报告 (终稿).txt")]
    [InlineData("odd/100%&#+?.txt")]
    [InlineData("odd/a%20b.txt")]
    [InlineData("odd/\"quoted\" 'name'.txt")]
    [InlineData("odd/emoji 🎉🧾.txt")]
    [InlineData("odd/trailing dot.")]
    [InlineData("odd/folder./file.txt")]
    [InlineData("odd/no ending")]
    [InlineData("files/files/a.txt")]
    [InlineData("a.txt.files/b.txt")]
    [InlineData("e\u0301 and \u00e9/[x](y).txt")]
    public async Task Any_name_finds_its_outcome_beside_it(string name)
    {
        await _drop.DropAsync(name);

        (await _drop.DocumentAsync(name)).GetProperty("state").GetString().ShouldBe("succeeded");
        (await _drop.OutcomesAsync()).ShouldBe([$"drop/{name}.json", $"drop/{name}.md"]);
        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_longest_name_finds_its_outcome_and_one_longer_is_a_dead_letter_that_says_why()
    {
        var longest = string.Join('/', Enumerable.Repeat(new string('n', 99), 8)) + "x";
        longest.Length.ShouldBe(DropPath.MaxLength);
        await _drop.DropAsync(longest);
        await _drop.DropAsync(longest + "x");

        (await _drop.DocumentAsync(longest)).GetProperty("state").GetString().ShouldBe("succeeded");
        var letter = (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Kind")).ShouldBe(("drop", "rejected"));
        letter.GetString("Reason").ShouldContain("801 characters; at most 800");
        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("a/../secret.txt")]
    [InlineData("../results/x.txt")]
    [InlineData("a/./b.txt")]
    public async Task A_name_that_means_another_when_it_is_addressed_is_a_dead_letter_and_touches_no_other(string name)
    {
        await _drop.PutAsync("secret.txt");

        await _drop.LookAsync(name);

        (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Reason").ShouldContain("has a . or .. as a folder");
        (await Pipeline.CallsAsync()).ShouldBeEmpty();
        (await _drop.OutcomesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_marker_of_a_folder_in_a_hierarchical_account_is_no_file()
    {
        await _drop.Folder.GetBlobClient("folder").UploadAsync(
            BinaryData.Empty, new Azure.Storage.Blobs.Models.BlobUploadOptions { Metadata = new Dictionary<string, string> { ["hdi_isfolder"] = "true" } }, Cancel);

        await _drop.LookAsync("folder");

        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
        (await _drop.OutcomesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_file_is_not_sent_and_the_page_beside_it_says_so()
    {
        var id = await _drop.DropAsync("empty.txt", "");

        await ShouldBeRefusedAsync("empty.txt", id, "drop/empty.txt is empty.");
        await _drop.DropAsync("empty.txt", "now it is not");
        (await _drop.DocumentAsync("empty.txt")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_file_over_100_MB_is_not_sent_and_the_page_beside_it_says_so()
    {
        var large = await _drop.Folder.GetPageBlobClient("large.bin").CreateAsync(100_000_256, cancellationToken: Cancel);
        await _drop.LookAsync("large.bin");

        var id = DroppedFile.IdOf("large.bin", DroppedFile.Quoted(large.Value.ETag.ToString())).ToString();
        await ShouldBeRefusedAsync("large.bin", id, "drop/large.bin has 100000256 bytes; at most 100000000 are taken.");
        (await Pipeline.CallsAsync("upload")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("---\ncolour: red\n---\nWhat?", "drop/a/_prompt.md: colour: is not a field of a prompt.")]
    [InlineData("---\nturn: soon\n---\nWhat?", "drop/a/_prompt.md: turn: must be a whole number from 1 up, not a string.")]
    [InlineData("---\na: b: c\n---\nWhat?", "drop/a/_prompt.md: The front matter is not YAML")]
    [InlineData("---\nextra: {model: x}\n---\nWhat?", "drop/a/_prompt.md: extra.model: is a field that this app sets itself.")]
    [InlineData("---\nfiles: [payloads/none.txt]\n---\nWhat?", "drop/a/_prompt.md: files[0]: blob payloads/none.txt does not exist.")]
    public async Task An_error_in_the_prompt_is_told_beside_the_file_and_as_a_dead_letter(string prompts, string reason)
    {
        await _drop.PutAsync("a/_prompt.md", prompts);

        var id = await _drop.DropAsync("a/b.txt");

        await ShouldBeRefusedAsync("a/b.txt", id, reason);
    }

    [Fact]
    public async Task A_prompt_that_is_no_text_is_told_beside_the_file()
    {
        await _drop.Folder.GetBlobClient("_prompt.md").UploadAsync(BinaryData.FromBytes([0x41, 0xFF, 0xFE, 0x42]), Cancel);

        var id = await _drop.DropAsync("b.txt");

        await ShouldBeRefusedAsync("b.txt", id, "drop/_prompt.md: The file is not UTF-8 text.");
    }

    [Fact]
    public async Task A_refused_file_is_taken_once_its_prompt_was_put_right_and_its_dead_letter_sent_again()
    {
        await _drop.PutAsync("_prompt.md", "---\ncolour: red\n---\nWhat?");
        await _drop.DropAsync("b.txt");
        await _drop.PutAsync("_prompt.md", "What?");

        var letter = (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        await Pipeline.Get<Redrive>().OneAsync(letter.RowKey, Cancel);
        (await _drop.DeliverEventsAsync()).ShouldBe(1);

        (await _drop.DocumentAsync("b.txt")).GetProperty("state").GetString().ShouldBe("succeeded");
        (await _drop.PageAsync("b.txt")).ShouldContain("\"What?\"");
    }

    [Fact]
    public async Task A_file_refused_again_for_the_same_reason_changes_nothing()
    {
        await _drop.PutAsync("_prompt.md", "---\ncolour: red\n---\nWhat?");
        await _drop.DropAsync("b.txt");
        var before = (await Pipeline.Account.Blobs.GetBlobContainerClient("results").GetBlobClient("drop/b.txt.md").GetPropertiesAsync(cancellationToken: Cancel)).Value.ETag;

        await _drop.LookAsync("b.txt");

        (await Pipeline.Account.Blobs.GetBlobContainerClient("results").GetBlobClient("drop/b.txt.md").GetPropertiesAsync(cancellationToken: Cancel)).Value.ETag.ShouldBe(before);
        (await Pipeline.DeadLettersAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_is_gone_before_it_is_looked_at_leaves_nothing_behind()
    {
        await _drop.LookAsync("gone.txt");

        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
        (await _drop.OutcomesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_renamed_file_is_a_new_file_and_the_job_that_waited_for_the_old_one_says_why_it_failed()
    {
        await _drop.PutAsync("_prompt.md", $"---\nnotBefore: {Pipeline.Time.GetUtcNow().AddHours(2):O}\n---\nLater.");
        var old = await _drop.DropAsync("old.txt");
        await _drop.Folder.GetBlobClient("old.txt").DeleteAsync(cancellationToken: Cancel);
        var renamed = await _drop.DropAsync("new.txt");

        (await Pipeline.RunUntilEndedAsync(old)).State.ShouldBe(JobState.Failed);
        (await Pipeline.RunUntilEndedAsync(renamed)).State.ShouldBe(JobState.Succeeded);
        (await _drop.PageAsync("old.txt")).ShouldMatch("Blob drop/old.txt (was deleted|changed) after the prompt was taken in");
        (await _drop.PageAsync("new.txt")).ShouldContain("Later.");
    }

    [Fact]
    public async Task A_file_deleted_after_it_was_read_still_gets_its_outcome()
    {
        await _drop.PutAsync("a.txt");
        Pipeline.Storage.Before = async request =>
        {
            if (request.Uri.AbsolutePath.EndsWith("/result.json", StringComparison.Ordinal) && request.Method == "PUT")
                await _drop.Folder.GetBlobClient("a.txt").DeleteIfExistsAsync(cancellationToken: Cancel);
        };

        await _drop.LookAsync("a.txt");

        (await _drop.DocumentAsync("a.txt")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    private async Task ShouldBeRefusedAsync(string name, string id, string reason)
    {
        (await Pipeline.CallsAsync()).ShouldBeEmpty();
        (await Pipeline.JobAsync(id)).ShouldBeNull("it makes no job and leaves its id free");
        var document = await _drop.DocumentAsync(name);
        (document.GetProperty("id").GetString(), document.GetProperty("state").GetString(), document.GetProperty("kind").GetString()).ShouldBe((id, "failed", "rejected"));
        document.GetProperty("reason").GetString()!.ShouldStartWith(reason);
        (await _drop.PageAsync(name)).ShouldContain(reason);
        var letter = (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Kind")).ShouldBe(("drop", "rejected"));
        letter.GetString("Reason").ShouldStartWith(reason);
        DropEvent.Read(letter.GetString("Original")).ShouldNotBeNull().Name.ShouldBe(name);
    }
}
