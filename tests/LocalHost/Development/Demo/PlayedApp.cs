using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Development.Demo;

/// <summary>Plays the app and the emulator at once: takes prompts from the queue and writes the result blobs of the contract.</summary>
internal sealed class PlayedApp : IAsyncDisposable
{
    public const string CallbackSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly WebApplication _emulator;
    private readonly QueueClient _queue;
    private readonly BlobContainerClient _results;
    private readonly BlobContainerClient _drop;
    private readonly HashSet<string> _dropped = [];
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
        _drop = account.Blobs.GetBlobContainerClient("drop");
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

    public bool SignsWrongly { get; set; }

    /// <summary>What the receivers of callbacks answered.</summary>
    public ConcurrentQueue<int> CallbackAnswers { get; } = new();

    public bool ForgetsPages { get; set; }

    public bool LosesRows { get; set; }

    public static async Task<PlayedApp> StartAsync(StorageAccount account)
    {
        await account.Queues.CreateQueueAsync("prompts");
        await account.Blobs.CreateBlobContainerAsync("results");
        await account.Blobs.CreateBlobContainerAsync("payloads");
        await account.Blobs.CreateBlobContainerAsync("drop");
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
        emulator.MapPost("/api/chat", async (HttpRequest request) => played is { IsEmulator: true }
            ? Microsoft.AspNetCore.Http.Results.Text(await played.ChatAsync(request), "application/json")
            : Microsoft.AspNetCore.Http.Results.Text("closed", statusCode: 503));
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

    // As the app does for a client that waits: the prompt is taken in, and its document is the answer
    private async Task<string> ChatAsync(HttpRequest request)
    {
        var prompt = (await JsonNode.ParseAsync(request.Body))!.AsObject();
        var id = request.Headers["Idempotency-Key"].ToString();
        prompt["id"] = id;
        await _queue.SendMessageAsync(prompt.ToJsonString(), _stop.Token);
        var result = _results.GetBlobClient($"{id}/result.json");
        await Eventually.TrueAsync($"{id} has a result", async () => (await result.ExistsAsync(_stop.Token)).Value);
        return (await result.DownloadContentAsync(_stop.Token)).Value.Content.ToString();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var message = (await _queue.ReceiveMessageAsync(cancellationToken: _stop.Token)).Value;
                if (message is not null && !Silent) await AnswerAsync(message.MessageId, message.MessageText);
                if (!Silent) await AnswerDroppedAsync();
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
        if ((string?)prompt["callback"]?["url"] is { } url) await CallBackAsync(id, url);
        if (conversation is null || !_spoken.Add(conversation)) return;
        foreach (var (waiting, turn) in _parked) await AnswerAsync(waiting, turn);
        _parked.Clear();
    }

    private async Task CallBackAsync(string id, string url)
    {
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["type"] = "job.succeeded", ["data"] = new JsonObject { ["id"] = id } }.ToJsonString());
        var (now, secret) = (TimeProvider.System.GetUtcNow(), SignsWrongly ? CallbackSecret.Replace('M', 'N') : CallbackSecret);
        using var http = new HttpClient { Timeout = Eventually.Limit };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Content = new ByteArrayContent(body) };
        request.Headers.Add("webhook-id", $"msg_{id}");
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign([secret], $"msg_{id}", now, body));
        using var response = await http.SendAsync(request, _stop.Token);
        CallbackAnswers.Enqueue((int)response.StatusCode);
    }

    private async Task AnswerDroppedAsync()
    {
        await foreach (var blob in _drop.GetBlobsAsync(cancellationToken: _stop.Token))
        {
            if (blob.Name.EndsWith("_prompt.md", StringComparison.Ordinal) || !_dropped.Add(blob.Name)) continue;
            var prompts = _drop.GetBlobClient(blob.Name[..(blob.Name.LastIndexOf('/') + 1)] + "_prompt.md");
            var answer = $"Answer to: {(await prompts.DownloadContentAsync(_stop.Token)).Value.Content.ToString().Split("---")[^1].Trim()}";
            if (!ForgetsPages) await _results.GetBlobClient($"drop/{blob.Name}.md").UploadAsync(BinaryData.FromString(answer), _stop.Token);
            await WriteAsync($"drop/{blob.Name}.json", new JsonObject { ["id"] = "drop-1", ["state"] = "succeeded", ["answer"] = answer });
        }
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
