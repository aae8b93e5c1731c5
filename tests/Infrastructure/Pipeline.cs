using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SparrowEmulator;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning.Outbound;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>The whole pipeline on a real account and a real emulator, without a host: the test itself delivers the messages.</summary>
public sealed partial class Pipeline : IAsyncDisposable
{
    /// <summary>A latency or a delay that never passes: such a call ends when the test releases it.</summary>
    public const int UntilReleased = 86_400_000;

    /// <summary>For what holds responses, however deep they are nested.</summary>
    internal static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    private readonly ServiceProvider _services;
    private readonly HttpClient _admin;
    private readonly bool _ownsEmulator;

    private Pipeline(StorageAccount account, EmulatorApp emulator, FakeTimeProvider time, WorkLine work, Traffic traffic, StorageTap storage, ServiceProvider services, bool ownsEmulator)
    {
        (Account, Emulator, Time, Work, _traffic, Storage, _services, _ownsEmulator) = (account, emulator, time, work, traffic, storage, services, ownsEmulator);
        _admin = new HttpClient { BaseAddress = emulator.BaseUrl, Timeout = Eventually.Limit };
    }

    public StorageAccount Account { get; }

    public EmulatorApp Emulator { get; }

    /// <summary>The product's clock, from the present time on; the emulator and storage keep real time.</summary>
    public FakeTimeProvider Time { get; }

    public Deliveries Deliveries => Get<Deliveries>();

    public JobLedger Ledger => Get<JobLedger>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<Pipeline> StartAsync(AzuriteFixture azurite, params (string Setting, string Value)[] settings) =>
        StartAsync(azurite, network: null, settings);

    /// <summary>The same, with connections to hosts of somebody else's choosing in the test's hands.</summary>
    public static async Task<Pipeline> StartAsync(AzuriteFixture azurite, INetwork? network, params (string Setting, string Value)[] settings)
    {
        var account = await azurite.NewAccountAsync();
        var emulator = await EmulatorApp.StartNewAsync(new EmulatorOptions(), Cancel);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        return await StartAsync(account, emulator, time, new WorkLine(time), new Traffic(), network, settings, ownsEmulator: true);
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Puts a message on queue <c>prompts</c> and takes it as the platform does.</summary>
    public async Task<QueueMessage> SendAsync(string text, string queue = "prompts")
    {
        var client = Account.Queues.GetQueueClient(queue);
        await client.SendMessageAsync(text, Cancel);
        return await TakeAsync(queue);
    }

    /// <summary>Takes the message that holds a text, whatever else is on the queue.</summary>
    public async Task<QueueMessage> TakeAsync(string queue, string containing)
    {
        var messages = (await Account.Queues.GetQueueClient(queue).ReceiveMessagesAsync(32, TimeSpan.FromMinutes(10), Cancel)).Value;
        return messages.Where(message => message.Body.ToString().Contains(containing, StringComparison.Ordinal)).ShouldHaveSingleItem();
    }

    public async Task<QueueMessage> TakeAsync(string queue) =>
        (await Account.Queues.GetQueueClient(queue).ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancel)).Value.ShouldNotBeNull($"Queue {queue} has no message.");

    /// <summary>Sends a prompt and delivers it once.</summary>
    /// <returns>The id of the message, which is the job's id where the prompt names none.</returns>
    public async Task<string> RunAsync(string text)
    {
        var message = await SendAsync(text);
        await Deliveries.OnPromptAsync(message, Cancel);
        return message.MessageId;
    }

    public async Task<JsonElement> ResultAsync(string path)
    {
        var content = await Account.Blobs.GetBlobContainerClient("results").GetBlobClient(path).DownloadContentAsync(Cancel);
        return JsonDocument.Parse(content.Value.Content, Deep).RootElement;
    }

    public async Task<string> BlobAsync(string container, string path) =>
        (await Account.Blobs.GetBlobContainerClient(container).GetBlobClient(path).DownloadContentAsync(Cancel)).Value.Content.ToString();

    public async Task<bool> HasResultAsync(string path) => await Account.Blobs.GetBlobContainerClient("results").GetBlobClient(path).ExistsAsync(Cancel);

    public Task PutBlobAsync(string path, string content) => PutBlobAsync(path, BinaryData.FromString(content));

    public async Task PutBlobAsync(string path, BinaryData content)
    {
        BlobPath.TryParse(path, out var blob, out _).ShouldBeTrue();
        var container = Account.Blobs.GetBlobContainerClient(blob.Container);
        await container.CreateIfNotExistsAsync(cancellationToken: Cancel);
        await container.GetBlobClient(blob.Path).UploadAsync(content, overwrite: true, Cancel);
    }

    public async Task<Job?> JobAsync(string id) => await Ledger.FindAsync(JobId.Parse(id), Cancel);

    public async Task<IReadOnlyList<TableEntity>> DeadLettersAsync()
    {
        var rows = new List<TableEntity>();
        await foreach (var row in Account.Tables.GetTableClient("deadletters").QueryAsync<TableEntity>(cancellationToken: Cancel))
            rows.Add(row);
        return rows;
    }

    /// <summary>What the emulator saw: the only judge of what was paid.</summary>
    public async Task<IReadOnlyList<JsonElement>> CallsAsync(string kind = "chat")
    {
        var calls = await _admin.GetFromJsonAsync<JsonElement>("/__admin/calls", Cancel);
        return [.. calls.EnumerateArray().Where(call => call.GetProperty("kind").GetString() == kind)];
    }

    public Task FaultAsync(object rule) => AdminAsync("/__admin/faults", new[] { rule });

    /// <summary>A fault for every chat from now on, or for the next one only.</summary>
    public Task FaultAsync(string fault, bool always) => FaultAsync(new { times = always ? -1 : 1, fault = JsonDocument.Parse(fault).RootElement });

    public async Task ResetFaultsAsync()
    {
        using var response = await _admin.DeleteAsync("/__admin/faults", Cancel);
        response.EnsureSuccessStatusCode();
    }

    public Task SetAsync(object settings) => AdminAsync(HttpMethod.Put, "/__admin/settings", settings);

    /// <summary>Makes the emulator hold every chat from now on until it is released.</summary>
    public Task HoldCallsAsync() => SetAsync(new { latencyMs = UntilReleased });

    /// <summary>Lets the chats go on that the emulator holds, and holds no further ones.</summary>
    public async Task LetCallsGoAsync()
    {
        await SetAsync(new { latencyMs = 0 });
        await ReleaseAsync();
    }

    /// <summary>Lets a call go on that the emulator holds, or all of them.</summary>
    public Task ReleaseAsync(int? number = null) => AdminAsync("/__admin/release", new { number });

    public Task AnswerAsync(object answer) => AdminAsync("/__admin/answers", new[] { answer });

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _services.DisposeAsync();
        if (_ownsEmulator)
            await Emulator.DisposeAsync();
    }

    private Task AdminAsync(string path, object body) => AdminAsync(HttpMethod.Post, path, body);

    private async Task AdminAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await _admin.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        response.IsSuccessStatusCode.ShouldBeTrue(text);
    }
}
