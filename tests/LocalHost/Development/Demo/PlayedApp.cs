using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Development.Demo;

/// <summary>Plays the app and the emulator at once: takes prompts from the queue and writes the result blobs of the contract.</summary>
internal sealed class PlayedApp : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly WebApplication _emulator;
    private readonly QueueClient _queue;
    private readonly BlobContainerClient _results;
    private readonly Task _running;
    private readonly List<(string MessageId, string Text)> _parked = [];
    private readonly HashSet<string> _spoken = [];
    private readonly HashSet<string> _batches = [];
    private JsonArray _answers = [];
    private JsonArray _faults = [];

    private PlayedApp(StorageAccount account, WebApplication emulator)
    {
        Account = account;
        _emulator = emulator;
        _queue = account.Queues.GetQueueClient("prompts");
        _results = account.Blobs.GetBlobContainerClient("results");
        _running = RunAsync();
    }

    public StorageAccount Account { get; }

    public Uri Address => new(_emulator.Urls.First());

    public ConcurrentQueue<string> Prompts { get; } = new();

    public Func<string, bool> Refuse { get; set; } = _ => false;

    public bool CutFiles { get; set; }

    public bool Silent { get; set; }

    public bool IsEmulator { get; set; } = true;

    public bool ForgetsAttempts { get; set; }

    public bool ForgetsConversations { get; set; }

    public bool IgnoresTurns { get; set; }

    public bool LosesRows { get; set; }

    public static async Task<PlayedApp> StartAsync(StorageAccount account)
    {
        await account.Queues.CreateQueueAsync("prompts");
        await account.Blobs.CreateBlobContainerAsync("results");
        await account.Blobs.CreateBlobContainerAsync("payloads");
        await account.Blobs.CreateBlobContainerAsync("batches");

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        var emulator = builder.Build();
        PlayedApp? played = null;
        emulator.MapPost("/__admin/answers", async (HttpRequest request) =>
        {
            if (played is not { IsEmulator: true }) return Microsoft.AspNetCore.Http.Results.NotFound();
            played._answers = (await JsonNode.ParseAsync(request.Body))!.AsArray();
            return Microsoft.AspNetCore.Http.Results.Ok();
        });
        emulator.MapPost("/__admin/faults", async (HttpRequest request) =>
        {
            if (played is not { IsEmulator: true }) return Microsoft.AspNetCore.Http.Results.NotFound();
            played._faults = (await JsonNode.ParseAsync(request.Body))!.AsArray();
            return Microsoft.AspNetCore.Http.Results.Ok();
        });
        await emulator.StartAsync();
        return played = new PlayedApp(account, emulator);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _emulator.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var message = (await _queue.ReceiveMessageAsync(cancellationToken: _stop.Token)).Value;
                if (message is not null && !Silent) await AnswerAsync(message.MessageId, message.MessageText);
                if (!Silent) await AnswerBatchesAsync();
                await Task.Delay(Poll, TimeProvider.System, _stop.Token);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or Azure.RequestFailedException { Status: 404 })
        {
            // The test is over, or has taken the queue away.
        }
    }

    private async Task AnswerBatchesAsync()
    {
        await foreach (var blob in Account.Blobs.GetBlobContainerClient("batches").GetBlobsAsync(cancellationToken: _stop.Token))
        {
            if (!_batches.Add(blob.Name)) continue;
            var text = (await Account.Blobs.GetBlobContainerClient("batches").GetBlobClient(blob.Name).DownloadContentAsync(_stop.Token)).Value.Content.ToString();
            var rows = text.Split('\n').Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
            foreach (var row in rows)
                row["answers"] = new JsonArray([.. row["asks"]!.AsArray().Select((_, i) => new JsonObject { ["message_id"] = $"m{i}" })]);
            if (LosesRows) rows.RemoveAt(0);
            await _results.GetBlobClient($"batches/{blob.Name}").UploadAsync(BinaryData.FromString(string.Join('\n', rows.Select(row => row.ToJsonString()))), _stop.Token);
            await WriteAsync(
                $"batches/{blob.Name[..^".jsonl".Length]}.summary.json",
                new JsonObject { ["state"] = "done", ["rows"] = rows.Count, ["succeeded"] = 3, ["calls"] = 4 });
        }
    }

    private async Task AnswerAsync(string messageId, string text)
    {
        Prompts.Enqueue(text);
        var prompt = text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : new JsonObject { ["prompt"] = text };
        var id = (string?)prompt["id"] ?? messageId;
        var asked = (string)prompt["prompt"]!;
        var conversation = (string?)prompt["conversation"];
        if ((int?)prompt["turn"] is > 1 && !IgnoresTurns && !_spoken.Contains(conversation!))
        {
            _parked.Add((messageId, text));
            return;
        }

        var startedAt = TimeProvider.System.GetUtcNow();
        if (Refuse(asked))
        {
            await WriteAsync($"{id}/result.json", new JsonObject { ["id"] = id, ["state"] = "failed", ["kind"] = "rejected", ["reason"] = "not today" });
            return;
        }

        var files = new JsonArray();
        foreach (var file in _answers.Where(answer => asked.Contains((string)answer!["promptContains"]!)).SelectMany(answer => answer!["files"]!.AsArray()))
        {
            var bytes = Convert.FromBase64String((string)file!["base64"]!);
            if (CutFiles) bytes = bytes[..^1];
            var name = (string)file["name"]!;
            await _results.GetBlobClient($"{id}/files/{name}").UploadAsync(BinaryData.FromBytes(bytes), _stop.Token);
            files.Add(new JsonObject { ["name"] = name, ["size"] = bytes.Length, ["url"] = $"files/{name}" });
        }

        var answer = $"Answer to: {asked}";
        await _results.GetBlobClient($"{id}/answer.md").UploadAsync(BinaryData.FromString(answer), _stop.Token);
        await WriteAsync($"{id}/result.json", new JsonObject
        {
            ["id"] = id,
            ["state"] = "succeeded",
            ["answer"] = answer,
            ["conversationId"] = ForgetsConversations ? id : conversation ?? id,
            ["startedAt"] = startedAt,
            ["endedAt"] = TimeProvider.System.GetUtcNow(),
            ["attempts"] = Attempts(asked, startedAt),
            ["files"] = files,
        });
        if (conversation is null || !_spoken.Add(conversation)) return;
        foreach (var (waiting, turn) in _parked) await AnswerAsync(waiting, turn);
        _parked.Clear();
    }

    private JsonArray Attempts(string asked, DateTimeOffset startedAt)
    {
        var fails = !ForgetsAttempts && _faults.Any(rule => asked.Contains((string)rule!["match"]!["promptContains"]!));
        var good = new JsonObject { ["n"] = fails ? 2 : 1, ["startedAt"] = startedAt + TimeSpan.FromSeconds(fails ? 2 : 0), ["status"] = 200, ["kind"] = null };
        return fails ? [new JsonObject { ["n"] = 1, ["startedAt"] = startedAt, ["status"] = 500, ["kind"] = "transient" }, good] : [good];
    }

    private async Task WriteAsync(string path, JsonObject content) =>
        await _results.GetBlobClient(path).UploadAsync(BinaryData.FromString(content.ToJsonString()), _stop.Token);
}
