using System.Net.Http.Json;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace SparrowFunctions.Perf;

/// <summary>
/// The yardstick: the least that a durable worker on the storage SDK does, and nothing else. Receive 32, insert a row, call, put the answer,
/// update the row, delete the message. It keeps no promise of the product's: a crash repeats the call, nothing is ordered, nothing is retried.
/// </summary>
/// <param name="storage">The account's connection string.</param>
/// <param name="sparrow">The emulator's address.</param>
/// <param name="atOnce">How many prompts run at once.</param>
/// <param name="takes">By which numbers it takes more.</param>
internal sealed class RawLoop(string storage, Uri sparrow, int atOnce, Takes takes)
{
    /// <summary>The line it writes when it takes prompts.</summary>
    public const string Ready = "raw loop ready";

    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);

    private readonly QueueClient _prompts = new(storage, "prompts");
    private readonly BlobContainerClient _results = new(storage, "results");
    private readonly TableClient _rows = new(storage, "raw");

    /// <summary>Runs until it is ended.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _prompts.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await _results.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await _rows.CreateIfNotExistsAsync(cancellationToken);
        using var http = new HttpClient { BaseAddress = sparrow, DefaultRequestHeaders = { { "Authorization", "Bearer raw" } } };
        Console.WriteLine(Ready);

        var running = new List<Task>();
        while (true)
        {
            running.RemoveAll(task => task.IsCompletedSuccessfully);
            if (running.Count > takes.NewBatchThreshold)
            {
                await await Task.WhenAny(running);
                continue;
            }

            QueueMessage[] messages = await _prompts.ReceiveMessagesAsync(Math.Min(takes.BatchSize, atOnce - running.Count), Hidden, cancellationToken);
            if (messages.Length == 0) await Task.Delay(Idle, TimeProvider.System, cancellationToken);
            running.AddRange(messages.Select(message => RunAsync(message, http, cancellationToken)));
        }
    }

    private async Task RunAsync(QueueMessage message, HttpClient http, CancellationToken cancellationToken)
    {
        var prompt = message.Body.ToObjectFromJson<JsonElement>();
        var id = prompt.GetProperty("id").GetString()!;
        var row = new TableEntity("raw", id) { ["State"] = "running", ["Prompt"] = message.Body.ToString() };
        await _rows.AddEntityAsync(row, cancellationToken);

        using var answer = await http.PostAsJsonAsync(
            "/concurrent/all-tools", new { model = "gpt-4", message = prompt.GetProperty("prompt").GetString() }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var body = await BinaryData.FromStreamAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);

        await _results.GetBlobClient($"{id}/result.json").UploadAsync(body, overwrite: true, cancellationToken);
        await _rows.UpdateEntityAsync(new TableEntity("raw", id) { ["State"] = "succeeded" }, ETag.All, TableUpdateMode.Merge, cancellationToken);
        await _prompts.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
    }
}
