using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues.Models;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>What the platform gave up on comes back as a copy with a new message id, and must make neither a second job nor a second call.</summary>
public sealed class PoisonTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Theory]
    [InlineData("""{"id":"mine","prompt":"slow"}""")]
    [InlineData("""{"prompt":"slow"}""")]
    [InlineData("slow")]
    public async Task The_copy_of_a_prompt_whose_job_is_in_the_ledger_has_that_job_looked_at(string text)
    {
        await _pipeline.FaultAsync("""{"status":500}""", always: false);
        var id = await _pipeline.RunAsync(text);
        id = text.Contains("mine", StringComparison.Ordinal) ? "mine" : id;
        var waiting = (await _pipeline.JobAsync(id))!;
        while (_pipeline.Work.TakeNext(message => message.JobId is not null) is not null)
        {
            // The job's own message is lost with the poisoned one
        }

        await PoisonAsync(text, "prompts");

        var look = _pipeline.Work.TakeNext(message => message.JobId is not null).ShouldNotBeNull();
        (look.Message.Reason, look.Message.JobId, look.Delay).ShouldBe(("look", waiting.Id.ToString(), TimeSpan.Zero));
        await _pipeline.DeliverAsync(look);
        (await _pipeline.RunUntilEndedAsync(id)).State.ShouldBe(JobState.Succeeded);
        (await _pipeline.CallsAsync()).Count.ShouldBe(2, "the refused call and its retry, nothing for the copy");
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
        (await CountJobsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_copy_of_a_prompt_that_has_been_answered_makes_no_second_call()
    {
        await _pipeline.RunAsync("""{"id":"done","prompt":"x"}""");

        await PoisonAsync("""{"id":"done","prompt":"x"}""", "prompts");
        await _pipeline.RunForAsync(TimeSpan.FromMinutes(5), message => message.JobId is not null);

        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
        (await CountJobsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_copy_of_a_nameless_prompt_that_may_have_been_answered_says_so_in_its_dead_letter()
    {
        var id = await _pipeline.RunAsync("""{"prompt":"x"}""");

        await PoisonAsync("""{"prompt":"x"}""", "prompts");

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Reason").ShouldContain($"Job {id}, which asked the same, succeeded");
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_copy_of_a_prompt_that_never_reached_the_ledger_is_a_dead_letter_with_its_original()
    {
        await PoisonAsync("""{"prompt":"never taken in"}""", "prompts");

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Original"), letter.GetString("Kind")).ShouldBe(("prompts", """{"prompt":"never taken in"}""", "transient"));
        (await CountJobsAsync()).ShouldBe(0);
        (await _pipeline.CallsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copy_of_other_content_is_not_taken_for_a_job_that_is_there()
    {
        await _pipeline.FaultAsync("""{"status":500}""", always: false);
        await _pipeline.RunAsync("""{"prompt":"one"}""");

        await PoisonAsync("""{"prompt":"two"}""", "prompts");

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Original").ShouldBe("""{"prompt":"two"}""");
    }

    [Fact]
    public async Task A_copy_whose_blob_has_gone_is_known_by_its_id()
    {
        const string Text = """{"id":"mine","prompt":"x","files":["payloads/input.txt"]}""";
        await _pipeline.PutBlobAsync("payloads/input.txt", "text");
        await _pipeline.RunAsync(Text);
        await _pipeline.Account.Blobs.GetBlobContainerClient("payloads").DeleteBlobAsync("input.txt", cancellationToken: Cancel);

        await PoisonAsync(Text, "prompts");

        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
        _pipeline.Work.TakeNext(message => message is { JobId: "mine", Reason: "look" }).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_copy_under_the_id_of_another_prompt_is_a_dead_letter()
    {
        await _pipeline.RunAsync("""{"id":"mine","prompt":"one"}""");

        await PoisonAsync("""{"id":"mine","prompt":"two"}""", "prompts");

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Original").ShouldBe("""{"id":"mine","prompt":"two"}""");
    }

    [Fact]
    public async Task A_copy_that_is_no_prompt_at_all_is_a_dead_letter()
    {
        await PoisonAsync("{ not json", "prompts");

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Original").ShouldBe("{ not json");
    }

    [Fact]
    public async Task The_copy_of_a_work_message_has_its_job_looked_at()
    {
        await _pipeline.FaultAsync("""{"status":500}""", always: false);
        await _pipeline.RunAsync("""{"id":"job","prompt":"x"}""");
        var retry = _pipeline.Work.TakeNext(message => message.JobId == "job")!;

        await PoisonAsync(retry.Text, "work");

        (await _pipeline.RunUntilEndedAsync("job")).State.ShouldBe(JobState.Succeeded);
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"jobId":"nobody","reason":"retry"}""")]
    [InlineData("garbage")]
    public async Task The_copy_of_a_work_message_for_nobody_is_a_dead_letter(string text)
    {
        await PoisonAsync(text, "work");

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Original")).ShouldBe(("work", text));
    }

    [Theory]
    [InlineData("""{"id":"broken","prompt":"x"}""", "prompts")]
    [InlineData("""{"jobId":"broken","reason":"retry"}""", "work")]
    public async Task A_copy_whose_job_cannot_be_looked_up_is_a_dead_letter(string text, string source)
    {
        await _pipeline.RunAsync("""{"id":"broken","prompt":"x"}""");
        var jobs = _pipeline.Account.Tables.GetTableClient("jobs");
        var row = await jobs.QueryAsync<TableEntity>(row => row.RowKey == "broken", cancellationToken: Cancel).SingleAsync(Cancel);
        row["Request"] = "{ no longer JSON";
        await jobs.UpdateEntityAsync(row, row.ETag, cancellationToken: Cancel);

        await PoisonAsync(text, source);

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Original")).ShouldBe((source, text));
    }

    [Fact]
    public async Task A_copy_that_comes_while_storage_is_out_of_reach_comes_again()
    {
        await _pipeline.RunAsync("""{"id":"there","prompt":"x"}""");
        _pipeline.Storage.IsCut = true;

        await Should.ThrowAsync<RequestFailedException>(() => PoisonAsync("""{"id":"there","prompt":"x"}""", "prompts"));

        _pipeline.Storage.IsCut = false;
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    private Task PoisonAsync(string text, string source) => _pipeline.Deliveries.OnPoisonAsync(
        QueuesModelFactory.QueueMessage("a new id", "receipt", BinaryData.FromString(text), dequeueCount: 1), source, Cancel);

    private async Task<int> CountJobsAsync()
    {
        var count = 0;
        await foreach (var row in _pipeline.Account.Tables.GetTableClient("jobs").QueryAsync<TableEntity>(cancellationToken: Cancel))
            count += row.PartitionKey == "workers" || !JobId.TryParse(row.RowKey, out _) ? 0 : 1;
        return count;
    }
}
