using System.Text;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>What tells of dropped files besides the blob trigger: events, poison queues and the sweep.</summary>
public sealed class DropEventsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private DropFixture _drop = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Pipeline Pipeline => _drop.Pipeline;

    public async ValueTask InitializeAsync() => _drop = await DropFixture.StartAsync(azurite);

    public ValueTask DisposeAsync() => _drop.DisposeAsync();

    [Fact]
    public async Task An_event_as_event_grid_delivers_it_has_the_file_analysed()
    {
        await _drop.PutAsync("a/b c.txt");

        await _drop.TellAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(DropEvent.Write("drop", "a/b c.txt", "0x1"))));

        (await _drop.DocumentAsync("a/b c.txt")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("{}")]
    public async Task What_is_no_event_is_a_dead_letter_with_its_original(string text)
    {
        await _drop.TellAsync(text);

        var letter = (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Kind"), letter.GetString("Original")).ShouldBe(("drop-events", "rejected", text));
    }

    [Fact]
    public async Task An_event_of_a_batch_begins_its_run()
    {
        await Pipeline.PutBlobAsync("batches/rows.jsonl", """{"id":"1","asks":[{"id":"a","content":"x"}]}""");

        await _drop.TellAsync(DropEvent.Write("batches", "rows.jsonl", "0x1"));

        Pipeline.Work.TakeNext(message => message.Batch is { Name: "rows" }).ShouldNotBeNull();
        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_sweep_does_not_tell_again_and_again_of_a_name_that_is_none_for_a_batch()
    {
        await Pipeline.PutBlobAsync($"batches/{new string('x', 1010)}.jsonl", "{}");

        await SweepAsync(after: TimeSpan.FromMinutes(2));
        await SweepAsync(after: TimeSpan.FromMinutes(5));

        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("batches")]
    public async Task However_often_a_name_that_is_none_is_told_of_it_is_one_dead_letter(string container)
    {
        var name = $"{new string('x', 1010)}.jsonl";
        await Pipeline.PutBlobAsync($"{container}/{name}", "{}");

        await _drop.TellAsync(DropEvent.Write(container, name, "0x1"));
        await Pipeline.PassAsync(TimeSpan.FromMinutes(1));
        await _drop.TellAsync(DropEvent.Write(container, name, "0x1"));
        if (container == "drop")
            await _drop.LookAsync(name);
        else
            await Pipeline.Get<Batches>().OnDroppedAsync(name[..^".jsonl".Length], Cancel);

        DropEvent.Read((await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Original"))!.ShouldBe(new DropEvent(container, name, null, IsArrival: true));
    }

    [Fact]
    public async Task The_sweep_tells_once_of_a_dropped_file_whose_name_is_none()
    {
        await _drop.PutAsync(new string('x', 801));

        await SweepAsync(after: TimeSpan.FromMinutes(2));
        (await _drop.DeliverEventsAsync()).ShouldBe(1);
        await SweepAsync(after: TimeSpan.FromHours(1));
        await SweepAsync(after: TimeSpan.FromHours(4));

        (await _drop.DeliverEventsAsync()).ShouldBe(0);
        (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_sweep_finds_a_batch_that_nothing_reported()
    {
        await Pipeline.PutBlobAsync("batches/folder/rows.jsonl", """{"id":"1","asks":[{"id":"a","content":"x"}]}""");
        await Pipeline.PutBlobAsync("batches/folder/notes.txt", "no batch");

        await SweepAsync(after: TimeSpan.FromMinutes(2));

        Pipeline.Work.TakeNext(message => message.Batch is { Name: "folder/rows" }).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("results", "Microsoft.Storage.BlobCreated")]
    [InlineData("drop", "Microsoft.Storage.BlobDeleted")]
    public async Task An_event_of_another_container_or_of_no_arrival_starts_nothing(string container, string type)
    {
        await _drop.PutAsync("a.txt");

        await _drop.TellAsync(DropEvent.Write(container, "a.txt", null).Replace("Microsoft.Storage.BlobCreated", type, StringComparison.Ordinal));

        (await Pipeline.CallsAsync()).ShouldBeEmpty();
        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_of_a_version_that_was_overwritten_has_the_present_one_analysed()
    {
        await _drop.PutAsync("a.txt", "one");
        var stale = (await Pipeline.Get<DropFolder>().FindAsync("a.txt", Cancel))!.ETag;
        var present = await _drop.PutAsync("a.txt", "two");

        await _drop.TellAsync(DropEvent.Write("drop", "a.txt", stale));

        (await _drop.DocumentAsync("a.txt")).GetProperty("id").GetString().ShouldBe(present);
        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
        Pipeline.Logs.Lines.ShouldContain($"Warning: drop/a.txt: version {stale} has been superseded by {(await Pipeline.Get<DropFolder>().FindAsync("a.txt", Cancel))!.ETag}, which is looked at instead");
    }

    [Fact]
    public async Task A_poisoned_blob_that_the_ledger_knows_is_only_looked_at_again()
    {
        await Pipeline.FaultAsync("""{"status":500}""", always: false);
        var id = await _drop.DropAsync("a.txt");
        while (Pipeline.Work.TakeNext(message => message.JobId == id) is not null)
        {
            // The job's own message is lost
        }

        await _drop.PoisonAsync(await PoisonedBlobAsync("drop", "a.txt"), "webjobs-blobtrigger-poison");

        (await Pipeline.RunUntilEndedAsync(id)).State.ShouldBe(JobState.Succeeded);
        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
        (await _drop.HasPageAsync("a.txt")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("batches")]
    public async Task A_poisoned_blob_that_the_ledger_does_not_know_is_a_dead_letter_that_can_be_sent_again(string container)
    {
        await Pipeline.PutBlobAsync($"{container}/a.txt", "content");
        var text = await PoisonedBlobAsync(container, "a.txt");

        await _drop.PoisonAsync(text, "webjobs-blobtrigger-poison");

        var letter = (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Kind"), letter.GetString("Original")).ShouldBe(("webjobs-blobtrigger-poison", "transient", text));
        await Pipeline.Get<Redrive>().OneAsync(letter.RowKey, Cancel);
        await _drop.DeliverEventsAsync();
        (await Pipeline.CallsAsync()).Count.ShouldBe(container == "drop" ? 1 : 0);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("""{"Type":"BlobTrigger","ContainerName":"elsewhere","BlobName":"x","ETag":"1"}""")]
    public async Task Anything_else_in_a_poison_queue_is_a_dead_letter(string text)
    {
        await _drop.PoisonAsync(text, "webjobs-blobtrigger-poison");

        (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Original").ShouldBe(text);
    }

    [Fact]
    public async Task A_poisoned_event_of_a_file_that_the_ledger_does_not_know_is_a_dead_letter()
    {
        await _drop.PutAsync("a.txt");
        var text = DropEvent.Write("drop", "a.txt", "0x1");

        await _drop.PoisonAsync(text, "drop-events");

        var letter = (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Kind")).ShouldBe(("drop-events", "transient"));
    }

    [Fact]
    public async Task The_sweep_finds_files_and_markers_that_no_event_reported()
    {
        await _drop.PutAsync("cases/_prompt.md", "---\ntogether: true\n---\nCompare.");
        await _drop.PutAsync("cases/1/a.txt");
        await _drop.PutAsync("cases/1/_ready");
        await _drop.PutAsync("b.txt");
        await _drop.PutAsync("_notes.txt");

        await SweepAsync(TimeSpan.FromMinutes(2));
        (await _drop.DeliverEventsAsync()).ShouldBe(3, "two files and the marker");

        (await _drop.OutcomesAsync()).ShouldBe(["drop/b.txt.json", "drop/b.txt.md", "drop/cases/1.json", "drop/cases/1.md"]);
        (await Pipeline.CallsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_sweep_leaves_alone_what_the_ledger_knows_what_is_fresh_and_what_is_older_than_a_day()
    {
        await _drop.DropAsync("known.txt");
        await _drop.PutAsync("other.txt");

        await SweepAsync(TimeSpan.Zero);
        (await _drop.DeliverEventsAsync()).ShouldBe(0, "its event is still under way");
        await SweepAsync(TimeSpan.FromHours(25));
        (await _drop.DeliverEventsAsync()).ShouldBe(0, "it is older than a day");
    }

    [Fact]
    public async Task A_sweep_costs_two_listings_and_each_version_that_the_ledger_knows_one_look_up_once()
    {
        for (var n = 0; n < 5; n++)
            await _drop.DropAsync($"{n}.txt");

        (await OperationsAsync(() => SweepAsync(TimeSpan.FromMinutes(2)), "GET")).ShouldBe(7);
        (await OperationsAsync(() => SweepAsync(TimeSpan.FromMinutes(5)), "GET")).ShouldBe(2);
    }

    [Fact]
    public async Task A_process_that_died_between_the_taking_and_the_ledger_is_made_up_for_by_the_sweep()
    {
        await _drop.PutAsync("a.txt");
        Pipeline.Storage.Before = request => request.Method == "POST" && request.Body.Contains("\"Drop\"", StringComparison.Ordinal)
            ? throw new InvalidOperationException("The process dies here.")
            : Task.CompletedTask;
        await Should.ThrowAsync<InvalidOperationException>(() => _drop.LookAsync("a.txt"));
        Pipeline.Storage.Before = null;

        await using var other = new DropFixture(await Pipeline.AnotherAsync());
        await Pipeline.PassAsync(TimeSpan.FromMinutes(2));
        await other.Pipeline.Get<DropSweep>().RunAsync(Cancel);
        (await other.DeliverEventsAsync()).ShouldBe(1);

        (await _drop.HasPageAsync("a.txt")).ShouldBeTrue();
        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_plain_dropped_file_costs_as_many_operations_as_the_record_says()
    {
        await _drop.DropAsync("warm-up.txt");
        await _drop.PutAsync("a.txt");

        (await OperationsAsync(() => _drop.LookAsync("a.txt"))).ShouldBe(PlainFile);
    }

    private const int PlainFile = 16;

    private async Task SweepAsync(TimeSpan after)
    {
        await Pipeline.PassAsync(after);
        await Pipeline.Get<DropSweep>().RunAsync(Cancel);
    }

    private async Task<int> OperationsAsync(Func<Task> step, string? method = null)
    {
        var before = Pipeline.Storage.Requests.Count;
        await step();
        return Pipeline.Storage.Requests.Skip(before).Count(request => method is null || request.Method == method);
    }

    private async Task<string> PoisonedBlobAsync(string container, string name)
    {
        BlobProperties found = await Pipeline.Account.Blobs.GetBlobContainerClient(container).GetBlobClient(name).GetPropertiesAsync(cancellationToken: Cancel);
        var json = $$"""{"Type":"BlobTrigger","FunctionId":"Host.Functions.OnFileDropped","BlobType":"BlockBlob","ContainerName":"{{container}}","BlobName":"{{name}}","ETag":"{{found.ETag.ToString().Replace("\"", "\\\"", StringComparison.Ordinal)}}"}""";
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
    }
}
