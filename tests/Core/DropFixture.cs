using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues.Models;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>The pipeline as somebody who drops files sees it.</summary>
internal sealed class DropFixture(Pipeline pipeline) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Pipeline Pipeline => pipeline;

    public Drops Drops => pipeline.Get<Drops>();

    public BlobContainerClient Folder { get; } = pipeline.Account.Blobs.GetBlobContainerClient("drop");

    public static async Task<DropFixture> StartAsync(AzuriteFixture azurite, params (string Setting, string Value)[] settings) => new(await Pipeline.StartAsync(azurite, settings));

    /// <summary>Writes a blob without telling anybody.</summary>
    /// <returns>The id of the job of this very version.</returns>
    public async Task<string> PutAsync(string name, string content = "some content")
    {
        var put = await Folder.GetBlobClient(name).UploadAsync(BinaryData.FromString(content), overwrite: true, Cancel);
        return DroppedFile.IdOf(name, DroppedFile.Quoted(put.Value.ETag.ToString())).ToString();
    }

    /// <summary>Writes a blob and lets the blob trigger see it.</summary>
    /// <returns>The id of the job of this very version.</returns>
    public async Task<string> DropAsync(string name, string content = "some content")
    {
        var id = await PutAsync(name, content);
        await Drops.OnFileAsync(name, Cancel);
        return id;
    }

    public Task LookAsync(string name) => Drops.OnFileAsync(name, Cancel);

    public Task TellAsync(string text) => Drops.OnEventAsync(Message(text), Cancel);

    public Task PoisonAsync(string text, string source) => Drops.OnPoisonAsync(Message(text), source, Cancel);

    public Task<string> PageAsync(string outcome) => pipeline.BlobAsync("results", $"drop/{outcome}.md");

    public Task<JsonElement> DocumentAsync(string outcome) => pipeline.ResultAsync($"drop/{outcome}.json");

    public Task<bool> HasPageAsync(string outcome) => pipeline.HasResultAsync($"drop/{outcome}.md");

    public async Task<IReadOnlyList<string>> OutcomesAsync()
    {
        var names = new List<string>();
        await foreach (var blob in pipeline.Account.Blobs.GetBlobContainerClient("results").GetBlobsAsync(BlobTraits.None, BlobStates.None, "drop/", Cancel))
            names.Add(blob.Name);
        return names;
    }

    /// <summary>Takes what the sweep reported, and hands it to the trigger.</summary>
    /// <returns>How many events there were.</returns>
    public async Task<int> DeliverEventsAsync()
    {
        var queue = pipeline.Account.Queues.GetQueueClient("drop-events");
        var events = (await queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(10), Cancel)).Value;
        foreach (var each in events)
        {
            await Drops.OnEventAsync(each, Cancel);
            await queue.DeleteMessageAsync(each.MessageId, each.PopReceipt, Cancel);
        }

        return events.Length;
    }

    public ValueTask DisposeAsync() => pipeline.DisposeAsync();

    private static QueueMessage Message(string text) => QueuesModelFactory.QueueMessage("message", "receipt", BinaryData.FromString(text), dequeueCount: 1);
}
