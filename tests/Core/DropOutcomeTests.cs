using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;
using SparrowFunctions.Results;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>What lies beside a dropped file: whatever happens to it meanwhile, never an older version's outcome over a newer one's.</summary>
public sealed class DropOutcomeTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private DropFixture _drop = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Pipeline Pipeline => _drop.Pipeline;

    public async ValueTask InitializeAsync() => _drop = await DropFixture.StartAsync(azurite);

    public ValueTask DisposeAsync() => _drop.DisposeAsync();

    [Fact]
    public async Task Generated_files_lie_beside_the_page_and_its_links_lead_to_them()
    {
        await AnswerAsync("one", "my chart (1).png");
        await _drop.PutAsync("_prompt.md", "one");

        var id = await _drop.DropAsync("a b/sales #1.csv");

        const string Link = "sales%20%231.csv.files/my%20chart%20%281%29.png";
        (await _drop.OutcomesAsync()).ShouldBe(["drop/a b/sales #1.csv.files/my chart (1).png", "drop/a b/sales #1.csv.json", "drop/a b/sales #1.csv.md"]);
        (await Pipeline.BlobAsync("results", "drop/a b/sales #1.csv.files/my chart (1).png")).ShouldBe("bytes of my chart (1).png");
        (await _drop.PageAsync("a b/sales #1.csv")).ShouldContain($"]({Link})");
        var document = await _drop.DocumentAsync("a b/sales #1.csv");
        document.GetProperty("files")[0].GetProperty("url").GetString().ShouldBe(Link);
        document.GetProperty("answer").GetString()!.ShouldContain($"]({Link})");
        (await Pipeline.ResultAsync($"{id}/result.json")).GetProperty("files")[0].GetProperty("url").GetString()!.ShouldStartWith("files/", Case.Sensitive, "the job's own result stays as it is for every job");
    }

    [Fact]
    public async Task A_failed_job_says_beside_the_file_what_went_wrong_and_an_answer_after_a_retry_replaces_that()
    {
        await Pipeline.FaultAsync("""{"status":400,"body":"{\"detail\":\"no such model\"}"}""", always: false);
        var id = await _drop.DropAsync("a.txt");

        var page = await _drop.PageAsync("a.txt");
        page.ShouldStartWith("# a.txt was not analysed");
        page.ShouldContain("no such model");
        page.ShouldContain("**What to do:**");
        (await _drop.DocumentAsync("a.txt")).GetProperty("state").GetString().ShouldBe("failed");
        (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("JobId").ShouldBe(id);

        (await Pipeline.Get<Redrive>().AllAsync(null, Cancel)).ShouldBe(1);
        await Pipeline.RunUntilEndedAsync(id);
        (await _drop.DocumentAsync("a.txt")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_version_overwritten_before_it_was_read_ends_saying_so_and_leaves_the_newer_ones_outcome_alone()
    {
        await _drop.PutAsync("_prompt.md", $"---\nnotBefore: {Pipeline.Time.GetUtcNow().AddHours(2):O}\n---\nLater.");
        var first = await _drop.DropAsync("a.txt", "one");
        await _drop.PutAsync("_prompt.md", "Now.");
        var second = await _drop.DropAsync("a.txt", "two");

        var job = await Pipeline.RunUntilEndedAsync(first);

        (job.State, job.Reason!.Contains("changed after the prompt was taken in", StringComparison.Ordinal)).ShouldBe((JobState.Failed, true));
        (await _drop.DocumentAsync("a.txt")).GetProperty("id").GetString().ShouldBe(second);
        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_version_overwritten_while_it_was_analysed_keeps_its_result_and_is_not_published()
    {
        var first = await _drop.PutAsync("a.txt", "one");
        var version = (await Pipeline.Get<DropFolder>().FindAsync("a.txt", Cancel))!.ETag;
        string? second = null;
        Pipeline.Storage.Before = async request =>
        {
            if (second is null && request.Method == "PUT" && request.Uri.AbsolutePath.EndsWith("/answer.md", StringComparison.Ordinal))
                second = await _drop.PutAsync("a.txt", "two");
        };

        await _drop.LookAsync("a.txt");

        (await _drop.HasPageAsync("a.txt")).ShouldBeFalse("a newer version is there, whose outcome will come");
        Pipeline.Logs.Lines.ShouldContain($"Warning: Version {version} of drop/a.txt has been superseded: its outcome stays with its job and is not published, the newer version's is");
        (await Pipeline.ResultAsync($"{first}/result.json")).GetProperty("state").GetString().ShouldBe("succeeded");
        await _drop.LookAsync("a.txt");
        (await _drop.DocumentAsync("a.txt")).GetProperty("id").GetString().ShouldBe(second);
    }

    // The slow process has convinced itself that its version is the newest, and is then overtaken at any of its writes
    [Theory]
    [InlineData("chart.png")]
    [InlineData("a.txt.md")]
    [InlineData("a.txt.json")]
    public async Task An_outcome_that_was_overtaken_while_it_was_published_does_not_replace_the_newer_one(string overtakenAt)
    {
        await AnswerAsync("one", "chart.png");
        await AnswerAsync("two", "other.png");
        await _drop.PutAsync("_prompt.md", "one");
        await _drop.PutAsync("a.txt", "one");
        await using var other = new DropFixture(await Pipeline.AnotherAsync());
        string? second = null;
        Pipeline.Storage.Before = async request =>
        {
            var isOvertaken = request.Method == "PUT" && request.Uri.AbsolutePath.Contains("/results/drop/", StringComparison.Ordinal) && request.Uri.AbsolutePath.EndsWith(overtakenAt, StringComparison.Ordinal);
            if (second is not null || !isOvertaken)
                return;
            second = "on its way";
            await _drop.PutAsync("_prompt.md", "two");
            second = await other.DropAsync("a.txt", "two");
        };

        await _drop.LookAsync("a.txt");

        (await _drop.DocumentAsync("a.txt")).GetProperty("id").GetString().ShouldBe(second);
        (await _drop.PageAsync("a.txt")).ShouldContain("other.png");
        (await _drop.OutcomesAsync()).ShouldBe(["drop/a.txt.files/other.png", "drop/a.txt.json", "drop/a.txt.md"]);
    }

    [Fact]
    public async Task Files_of_a_replaced_outcome_are_taken_away_and_those_of_other_dropped_files_are_not()
    {
        await AnswerAsync("one", "chart.png");
        await AnswerAsync("two", "other.png");
        await _drop.PutAsync("_prompt.md", "one");
        await _drop.DropAsync("a.txt");
        await _drop.PutAsync("a.txt.files/_prompt.md", "plain");
        await _drop.DropAsync("a.txt.files/x.txt");
        await _drop.PutAsync("_prompt.md", "two");

        await _drop.DropAsync("a.txt", "again");

        (await _drop.OutcomesAsync()).ShouldBe(["drop/a.txt.files/other.png", "drop/a.txt.files/x.txt.json", "drop/a.txt.files/x.txt.md", "drop/a.txt.json", "drop/a.txt.md"]);
    }

    [Fact]
    public async Task A_repeated_delivery_of_an_ended_job_publishes_what_was_not_and_writes_nothing_otherwise()
    {
        Pipeline.Storage.LosesAnswerOf = null;
        await _drop.DropAsync("a.txt");
        var results = Pipeline.Account.Blobs.GetBlobContainerClient("results");
        await results.GetBlobClient("drop/a.txt.json").DeleteAsync(cancellationToken: Cancel);

        await _drop.LookAsync("a.txt");
        (await _drop.DocumentAsync("a.txt")).GetProperty("state").GetString().ShouldBe("succeeded");

        var before = Pipeline.Storage.Requests.Count;
        await _drop.LookAsync("a.txt");
        Pipeline.Storage.Requests.Skip(before).Where(request => request.Method == "PUT" && request.Uri.AbsolutePath.Contains("/results/", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    // Storage tells times of writing in whole seconds, and an instance may have looked at its clock long before it looked at the file
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Of_two_versions_written_within_a_second_the_one_that_is_there_now_has_its_outcome_published(int secondTakenAfter)
    {
        var first = (await Pipeline.JobAsync(await _drop.DropAsync("a.txt", "one")))!;
        var second = await VersionAsync(first, await _drop.PutAsync("a.txt", "two"), TimeSpan.FromSeconds(secondTakenAfter));

        await PublishAsync(second);
        (await _drop.DocumentAsync("a.txt")).GetProperty("id").GetString().ShouldBe(second.Id.ToString());

        // A job that was sent again ends anew
        await PublishAsync(first with { EndedAt = first.EndedAt + TimeSpan.FromMinutes(1) });
        (await _drop.DocumentAsync("a.txt")).GetProperty("id").GetString().ShouldBe(second.Id.ToString());
    }

    [Fact]
    public async Task Of_two_versions_of_a_file_that_is_gone_the_one_that_was_taken_later_keeps_its_outcome()
    {
        var first = (await Pipeline.JobAsync(await _drop.DropAsync("a.txt", "one")))!;
        var second = await VersionAsync(first, await _drop.PutAsync("a.txt", "two"), TimeSpan.FromSeconds(1));
        await _drop.Folder.GetBlobClient("a.txt").DeleteAsync(cancellationToken: Cancel);

        await PublishAsync(second);
        await PublishAsync(first with { EndedAt = first.EndedAt + TimeSpan.FromMinutes(1) });

        (await _drop.DocumentAsync("a.txt")).GetProperty("id").GetString().ShouldBe(second.Id.ToString());
    }

    // The job was given up, and its answer came while that was being told
    [Theory]
    [InlineData("HEAD", "a.txt.json")]
    [InlineData("PUT", "a.txt.md")]
    [InlineData("PUT", "a.txt.json")]
    public async Task An_end_that_has_been_overtaken_by_a_late_answer_does_not_replace_its_outcome(string method, string blob)
    {
        await Pipeline.FaultAsync("""{"status":400}""", always: false);
        var id = await _drop.PutAsync("a.txt");
        var isAnswered = false;
        Pipeline.Storage.Before = async request =>
        {
            if (isAnswered || request.Method != method || !request.Uri.AbsolutePath.EndsWith($"/results/drop/{blob}", StringComparison.Ordinal))
                return;
            isAnswered = true;
            var job = (await Pipeline.JobAsync(id))!;
            var answered = (await Pipeline.Ledger.UpdateAsync(job with { State = JobState.Succeeded, Kind = null, Reason = null, EndedAt = job.EndedAt + TimeSpan.FromSeconds(1) }, Cancel))!;
            await PublishAsync(answered);
        };

        await _drop.LookAsync("a.txt");

        isAnswered.ShouldBeTrue();
        (await _drop.DocumentAsync("a.txt")).GetProperty("state").GetString().ShouldBe("succeeded");
        (await _drop.PageAsync("a.txt")).ShouldBe("An answer.");
    }

    [Fact]
    public async Task A_refusal_that_was_slow_does_not_replace_the_outcome_of_a_job_that_took_the_version_meanwhile()
    {
        await _drop.PutAsync("_prompt.md", "---\ncolour: red\n---\n");
        var id = await _drop.PutAsync("a.txt");
        var isTaken = false;
        Pipeline.Storage.Before = async request =>
        {
            if (isTaken || request.Method != "HEAD" || !request.Uri.AbsolutePath.EndsWith("/results/drop/a.txt.json", StringComparison.Ordinal))
                return;
            isTaken = true;
            await _drop.PutAsync("_prompt.md", "What is it?");
            await _drop.LookAsync("a.txt");
        };

        await _drop.LookAsync("a.txt");

        isTaken.ShouldBeTrue();
        var document = await _drop.DocumentAsync("a.txt");
        (document.GetProperty("id").GetString(), document.GetProperty("state").GetString()).ShouldBe((id, "succeeded"));
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_no_conflict()
    {
        var lost = 0;
        Pipeline.Storage.LosesAnswerOf = request => request.Method == "PUT" && request.Uri.AbsolutePath.EndsWith("/drop/a.txt.md", StringComparison.Ordinal) && lost++ == 0;

        await _drop.PutAsync("a.txt");
        await Pipeline.PumpAsync(_drop.LookAsync("a.txt"));

        lost.ShouldBeGreaterThan(1);
        (await _drop.DocumentAsync("a.txt")).GetProperty("state").GetString().ShouldBe("succeeded");
        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    // A job of a version that was written in the same second as another's
    private async Task<Job> VersionAsync(Job other, string id, TimeSpan takenAfter)
    {
        var present = (await Pipeline.Get<DropFolder>().FindAsync(other.Drop!.Path, Cancel))!;
        return other with { Id = JobId.Parse(id), Drop = other.Drop with { ETag = present.ETag }, CreatedAt = other.CreatedAt + takenAfter };
    }

    private Task PublishAsync(Job job) => Pipeline.Get<DropOutcomes>().PublishAsync(job, JobDocuments.Of(job, "") with { Answer = "An answer." }, Cancel);

    private Task AnswerAsync(string prompt, string file) => Pipeline.AnswerAsync(new
    {
        promptContains = prompt,
        text = $"See [it](sandbox:/mnt/data/{file.Replace(" ", "%20", StringComparison.Ordinal).Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)}).",
        files = new[] { new { name = file, contentType = "image/png", base64 = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"bytes of {file}")) } },
    });
}
