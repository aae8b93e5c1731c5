using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using SparrowEmulator;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.Processes.Drivers;
using SparrowFunctions.Tests.Worker.Harness;

namespace SparrowFunctions.Tests.Worker;

/// <summary>The deployed app as a process, on an account and an emulator of its own, with the host's side played by the harness.</summary>
internal sealed class DeployedApp : IAsyncDisposable
{
    private readonly EmulatorApp _emulator;
    private readonly Dictionary<string, string> _settings;
    private readonly List<IAsyncDisposable> _hosts = [];

    private DeployedApp(StorageAccount account, EmulatorApp emulator, (string Setting, string Value)[] settings)
    {
        (Account, _emulator) = (account, emulator);
        Emulator = new EmulatorAdmin(emulator.BaseUrl);
        _settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = account.ConnectionString,
            ["Sparrow__BaseUrl"] = emulator.BaseUrl.ToString(),
            ["Sparrow__FreeBaseUrl"] = emulator.BaseUrl.ToString(),
            ["Sparrow__ApiKey"] = "test-key",
        };
        foreach (var (setting, value) in settings) _settings[setting] = value;
    }

    public StorageAccount Account { get; }

    public EmulatorAdmin Emulator { get; }

    public FunctionsHost Host { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts all of it.</summary>
    public static async Task<DeployedApp> StartAsync(AzuriteFixture azurite, params (string Setting, string Value)[] settings)
    {
        var app = new DeployedApp(await azurite.NewAccountAsync(), await EmulatorApp.StartNewAsync(new EmulatorOptions(), Cancel), settings);
        try
        {
            await app.StartHostAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a host with its worker on the same account; the one before, if it still runs, goes on.</summary>
    public async Task StartHostAsync()
    {
        Host = await FunctionsHost.StartAsync(await NodeRuntime.FindAsync(Cancel), _settings, Cancel);
        _hosts.Add(Host);
        var door = await FrontDoor.OpenAsync(Host, Cancel);
        _hosts.Add(door);
        Http?.Dispose();
        Http = new HttpClient { BaseAddress = door.Address, Timeout = TimeSpan.FromMinutes(5) };
        // Healthy once its queues, containers and tables are there
        await Eventually.TrueAsync("the app is healthy", async () => (await SendAsync(HttpMethod.Get, "/api/health")).Status == 200);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return await Answer.ReadAsync(await Http.SendAsync(request, Cancel));
    }

    /// <summary>Puts a message on a queue.</summary>
    public async Task PutAsync(string queue, string text) => await Queue(queue).SendMessageAsync(text, timeToLive: TimeSpan.FromSeconds(-1), cancellationToken: Cancel);

    /// <summary>Takes the message that is on a queue, as the host does: for 10 minutes.</summary>
    public Task<QueueMessage> TakeAsync(string queue) => Eventually.GetAsync($"a message is on queue {queue}", async () =>
        (await Queue(queue).ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancel)).Value);

    /// <summary>Takes the message that is on a queue and runs its function; deletes it when that succeeded, and makes it visible again when not.</summary>
    public async Task<InvocationOutcome> RunAsync(string queue, string function)
    {
        var message = await TakeAsync(queue);
        var outcome = await Host.InvokeAsync(function, Trigger.Queue(message), Cancel);
        if (outcome.Succeeded)
            await Queue(queue).DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancel);
        else
            await Queue(queue).UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancel);
        return outcome;
    }

    /// <summary>Runs what is on queue <c>work</c>, one message after the other, until a blob is among the results. Watches come between.</summary>
    public async Task WorkUntilAsync(string result)
    {
        var blob = Account.Blobs.GetBlobContainerClient("results").GetBlobClient(result);
        while (!await blob.ExistsAsync(Cancel)) (await RunAsync("work", "OnWork")).Succeeded.ShouldBeTrue();
    }

    /// <summary>A blob's text, once it is there.</summary>
    public Task<string> BlobAsync(string container, string name) => Eventually.GetAsync($"{container}/{name} is there", async () =>
    {
        var blob = Account.Blobs.GetBlobContainerClient(container).GetBlobClient(name);
        return await blob.ExistsAsync(Cancel) ? (await blob.DownloadContentAsync(Cancel)).Value.Content.ToString() : null;
    });

    /// <summary>A job's document in blob storage, once it has ended.</summary>
    public async Task<JsonElement> ResultAsync(string id) => JsonSerializer.Deserialize<JsonElement>(await BlobAsync("results", $"{id}/result.json"));

    /// <summary>Waits until so many calls are under way.</summary>
    public Task CallsRunAsync(int count) => Eventually.TrueAsync($"{count} calls are under way", async () => await Emulator.RunningAsync(Cancel) == count);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_hosts)) await host.DisposeAsync();
        Http?.Dispose();
        Emulator.Dispose();
        await _emulator.DisposeAsync();
    }

    private QueueClient Queue(string name) => Account.Queues.GetQueueClient(name);
}
