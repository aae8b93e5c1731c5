using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues.Models;
using SparrowFunctions.Tests.Simulation.Storage;
using SparrowFunctions.Tests.Simulation.Storage.Blobs;
using SparrowFunctions.Tests.Simulation.Storage.Queues;
using SparrowFunctions.Tests.Simulation.Storage.Tables;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation;

/// <summary>The simulated storage answers as the real one does where the pipeline depends on it.</summary>
public sealed class StorageTests : IDisposable
{
    private static readonly TimeSpan NoExpiry = TimeSpan.FromSeconds(-1);

    private readonly SimWorld _world = new(1);
    private readonly SimStorage _storage;
    private readonly SimProcess _process;

    public StorageTests()
    {
        _storage = new SimStorage(_world);
        _process = _world.NewProcess("p");
    }

    private TableClient Table => new SimTableServiceClient(_storage, _process).GetTableClient("jobs");

    private Azure.Storage.Queues.QueueClient Queue => new SimQueueServiceClient(_storage, _process).GetQueueClient("work");

    private Azure.Storage.Blobs.BlobClient Blob => new SimBlobServiceClient(_storage, _process).GetBlobContainerClient("results").GetBlobClient("a/b.txt");

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_row_is_added_once_and_changed_only_on_its_own_version() => Play(async () =>
    {
        var first = (await Table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = "x" })).Headers.ETag!.Value;
        (await SimExpect.ThrowsAsync<RequestFailedException>(() => Table.AddEntityAsync(new TableEntity("p", "r")))).Status.ShouldBe(409);

        var second = (await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, first, TableUpdateMode.Merge)).Headers.ETag!.Value;
        (await SimExpect.ThrowsAsync<RequestFailedException>(() => Table.UpdateEntityAsync(new TableEntity("p", "r"), first, TableUpdateMode.Merge))).Status.ShouldBe(412);

        var row = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;
        (row.GetInt32("A"), row.GetString("B"), row.ETag).ShouldBe((2, "x", second));
        await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 3 }, ETag.All, TableUpdateMode.Replace);
        (await Table.GetEntityAsync<TableEntity>("p", "r")).Value.GetString("B").ShouldBeNull();
        (await SimExpect.ThrowsAsync<RequestFailedException>(() => Table.DeleteEntityAsync("p", "r", first))).Status.ShouldBe(412);
        await Table.DeleteEntityAsync("p", "r");
        (await Table.GetEntityIfExistsAsync<TableEntity>("p", "r")).HasValue.ShouldBeFalse();
        (await Table.DeleteEntityAsync("p", "r")).Status.ShouldBe(404);
    });

    [Fact]
    public void A_batch_is_done_whole_or_not_at_all_and_names_the_action_that_failed() => Play(async () =>
    {
        await Table.AddEntityAsync(new TableEntity("p", "old") { ["A"] = 1 });

        var failure = await SimExpect.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync(
        [
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "new")),
            new TableTransactionAction(TableTransactionActionType.UpdateMerge, new TableEntity("p", "old") { ["A"] = 2 }, new ETag("W/\"other\"")),
        ]));

        (failure.Status, failure.FailedTransactionActionIndex).ShouldBe((412, 1));
        _storage.Table("jobs").Rows.Select(row => (row.RowKey, row.GetInt32("A"))).ShouldBe([("old", 1)]);
        var done = await Table.SubmitTransactionAsync([new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "new"))]);
        done.Value.ShouldHaveSingleItem().Headers.ETag.ShouldBe(_storage.Table("jobs").Find("p", "new")!.ETag);
    });

    [Theory]
    [InlineData("PartitionKey eq 'p' and N ge 2", "b,c")]
    [InlineData("PartitionKey eq 'p' and (N lt 2 or T eq 'it''s')", "a,c")]
    [InlineData("not (N eq 2) and Done eq false", "a")]
    [InlineData("At lt datetime'2026-11-23T10:00:02Z'", "a,b")]
    [InlineData("RowKey gt 'a' and RowKey le 'b'", "b")]
    [InlineData("Missing ne 'x'", "")]
    public void Filters_are_read_as_the_sdk_writes_them(string filter, string expected) => Play(async () =>
    {
        await Table.AddEntityAsync(new TableEntity("p", "c") { ["N"] = 3, ["T"] = "it's", ["At"] = SimWorld.Beginning.AddSeconds(3) });
        await Table.AddEntityAsync(new TableEntity("p", "a") { ["N"] = 1, ["Done"] = false, ["At"] = SimWorld.Beginning.AddSeconds(0) });
        await Table.AddEntityAsync(new TableEntity("p", "b") { ["N"] = 2, ["Done"] = false, ["At"] = SimWorld.Beginning.AddSeconds(1) });

        var rows = new List<string>();
        await foreach (var row in Table.QueryAsync<TableEntity>(filter))
            rows.Add(row.RowKey);

        string.Join(',', rows).ShouldBe(expected);
    });

    [Fact]
    public void A_message_is_hidden_while_it_is_held_and_only_its_holder_can_delete_it() => Play(async () =>
    {
        await Queue.SendMessageAsync("m", TimeSpan.FromSeconds(10), NoExpiry);
        (await Queue.ReceiveMessagesAsync(5, TimeSpan.FromMinutes(1))).Value.ShouldBeEmpty();
        await Pass(10);

        var first = (await Queue.ReceiveMessagesAsync(5, TimeSpan.FromMinutes(1))).Value.ShouldHaveSingleItem();
        (await Queue.ReceiveMessagesAsync(5, TimeSpan.FromMinutes(1))).Value.ShouldBeEmpty();
        await Pass(61);
        var second = (await Queue.ReceiveMessagesAsync(5, TimeSpan.FromMinutes(1))).Value.ShouldHaveSingleItem();

        (first.MessageId, first.DequeueCount, second.DequeueCount).ShouldBe((second.MessageId, 1, 2));
        (await SimExpect.ThrowsAsync<RequestFailedException>(() => Queue.DeleteMessageAsync(first.MessageId, first.PopReceipt))).ErrorCode.ShouldBe("PopReceiptMismatch");
        var renewed = (await Queue.UpdateMessageAsync(second.MessageId, second.PopReceipt, visibilityTimeout: TimeSpan.FromMinutes(1))).Value;
        await Queue.DeleteMessageAsync(second.MessageId, renewed.PopReceipt);
        (await SimExpect.ThrowsAsync<RequestFailedException>(() => Queue.DeleteMessageAsync(second.MessageId, renewed.PopReceipt))).Status.ShouldBe(404);
    });

    [Fact]
    public void Messages_come_in_no_order() => Play(async () =>
    {
        foreach (var number in Enumerable.Range(0, 8))
            await Queue.SendMessageAsync($"{number}", TimeSpan.Zero, NoExpiry);

        var received = (await Queue.ReceiveMessagesAsync(8, TimeSpan.FromMinutes(1))).Value.Select(message => message.Body.ToString()).ToList();

        received.Count.ShouldBe(8);
        received.SequenceEqual(received.Order(StringComparer.Ordinal), StringComparer.Ordinal).ShouldBeFalse();
    });

    [Fact]
    public void A_blob_keeps_its_conditions_and_its_metadata() => Play(async () =>
    {
        (await SimExpect.ThrowsAsync<RequestFailedException>(() => Blob.DownloadContentAsync())).ErrorCode.ShouldBe("BlobNotFound");
        var options = new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["k"] = "v" }, HttpHeaders = new BlobHttpHeaders { ContentType = "text/plain" } };
        var version = (await Blob.UploadAsync(BinaryData.FromString("one"), options)).Value.ETag;
        (await SimExpect.ThrowsAsync<RequestFailedException>(() => Blob.UploadAsync(BinaryData.FromString("two"), overwrite: false))).Status.ShouldBe(409);

        var read = (await Blob.DownloadContentAsync()).Value;
        (read.Content.ToString(), read.Details.Metadata["k"], read.Details.ContentType, read.Details.ETag).ShouldBe(("one", "v", "text/plain", version));
        await Blob.UploadAsync(BinaryData.FromString("three"), overwrite: true);
        var stale = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = version } };
        (await SimExpect.ThrowsAsync<RequestFailedException>(() => Blob.DownloadContentAsync(stale))).Status.ShouldBe(412);
        (await Blob.GetPropertiesAsync()).Value.ContentLength.ShouldBe(5);
        (await Blob.DeleteIfExistsAsync()).Value.ShouldBeTrue();
        (await Blob.ExistsAsync()).Value.ShouldBeFalse();
    });

    [Fact]
    public void A_write_whose_answer_is_lost_has_taken_effect()
    {
        _storage.Network.Faults = new StorageFaults { LostAnswer = 1 };
        Play(async () =>
        {
            var failure = await SimExpect.ThrowsAsync<Exception>(() => Table.AddEntityAsync(new TableEntity("p", "r")));
            (failure is RequestFailedException { Status: 0 } or AggregateException).ShouldBeTrue(failure.ToString());
        });

        _storage.Table("jobs").Find("p", "r").ShouldNotBeNull();
    }

    [Fact]
    public void A_write_that_the_sdk_repeats_meets_its_own_first_try()
    {
        _storage.Network.Faults = new StorageFaults { Repeated = 1 };
        Play(async () =>
        {
            (await SimExpect.ThrowsAsync<RequestFailedException>(() => Table.AddEntityAsync(new TableEntity("p", "r")))).Status.ShouldBe(409);
            await Queue.SendMessageAsync("twice", TimeSpan.Zero, NoExpiry);
        });

        _storage.Queue("work").Messages.Count.ShouldBe(2);
    }

    [Fact]
    public void During_an_outage_nothing_takes_effect()
    {
        _storage.Network.BeginOutage(TimeSpan.FromMinutes(5));
        Play(async () =>
        {
            await SimExpect.ThrowsAsync<Exception>(() => Table.AddEntityAsync(new TableEntity("p", "r")));
            await Pass(400);
            await Table.AddEntityAsync(new TableEntity("p", "r"));
        });
    }

    [Fact]
    public void What_a_killed_process_asked_last_may_have_happened_or_not()
    {
        var happened = Enumerable.Range(1, 40).Count(seed =>
        {
            using var world = new SimWorld(seed);
            var storage = new SimStorage(world);
            var process = world.NewProcess("p");
            process.Start(() =>
            {
                var asked = new SimTableServiceClient(storage, process).GetTableClient("jobs").AddEntityAsync(new TableEntity("p", "r"));
                process.Kill();
                return asked;
            });
            world.RunFor(TimeSpan.FromMinutes(1));
            return storage.Table("jobs").Find("p", "r") is not null;
        });

        happened.ShouldBeInRange(5, 35);
    }

    [Fact]
    public void A_message_that_is_delivered_twice_has_a_larger_count_and_the_first_holder_has_lost_it()
    {
        _storage.Network.Faults = new StorageFaults { DeliveredTwice = 1 };
        Play(async () =>
        {
            await Queue.SendMessageAsync("m", TimeSpan.Zero, NoExpiry);
            var first = (await Queue.ReceiveMessagesAsync(1, TimeSpan.FromMinutes(10))).Value.ShouldHaveSingleItem();
            QueueMessage? second = null;
            for (var i = 0; i < 599 && second is null; i++)
            {
                await Pass(1);
                second = (await Queue.ReceiveMessagesAsync(1, TimeSpan.FromMinutes(10))).Value.FirstOrDefault();
            }

            second.ShouldNotBeNull().DequeueCount.ShouldBe(2);
            await SimExpect.ThrowsAsync<RequestFailedException>(() => Queue.DeleteMessageAsync(first.MessageId, first.PopReceipt));
        });
    }

    private Task Pass(int seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), new SimTime(_process), CancellationToken.None);

    private void Play(Func<Task> story)
    {
        Task? played = null;
        _process.Start(() => played = story());
        _world.Run(() => played?.IsCompleted == true, TimeSpan.FromHours(1)).ShouldBeTrue("The story did not end.");
        played!.GetAwaiter().GetResult();
    }
}
