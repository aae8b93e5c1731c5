using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>The running app as a sample sees it.</summary>
/// <param name="storage">Connection string of the app's account.</param>
/// <param name="app">The app's address.</param>
/// <param name="sparrow">Sparrow's address, the emulator's as a rule.</param>
/// <param name="time">The clock.</param>
public sealed class DemoContext(string storage, Uri app, string? sparrow, TimeProvider time)
{
    /// <summary>The account's blobs.</summary>
    public BlobServiceClient Blobs { get; } = new(storage);

    /// <summary>The account's queues.</summary>
    public QueueServiceClient Queues { get; } = new(storage);

    /// <summary>The app's address.</summary>
    public Uri App { get; } = app;

    /// <summary>Sparrow's address; null when the settings leave it to the default.</summary>
    public Uri? Sparrow { get; } = Uri.TryCreate(sparrow, UriKind.Absolute, out var address) ? address : null;

    /// <summary>What the app signs callbacks with; null when it sends none.</summary>
    public string? CallbackSecret { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Marks this run, so that its ids are not those of the run before: the data is kept.</summary>
    public string Stamp { get; } = time.GetUtcNow().ToString("yyyyMMdd-HHmmss-fff", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Puts a text on the queue of prompts, to stay until it is taken.</summary>
    /// <returns>The message's id.</returns>
    public async Task<string> QueueAsync(string text, CancellationToken cancellationToken)
    {
        var sent = await Queues.GetQueueClient("prompts").SendMessageAsync(
            text, visibilityTimeout: null, timeToLive: TimeSpan.FromSeconds(-1), cancellationToken);
        return sent.Value.MessageId;
    }

    /// <summary>Prepares the emulator of Sparrow for what a sample is going to send.</summary>
    /// <param name="route">One of its routes under <c>/__admin</c>.</param>
    /// <param name="body">What it is told.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Why that was not possible, as a sentence; null when it was.</returns>
    public async Task<string?> PrepareEmulatorAsync(string route, JsonNode body, CancellationToken cancellationToken)
    {
        if (Sparrow is null) return "This sample needs the emulator; the settings name no Sparrow.";

        using var http = new HttpClient();
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(Sparrow, route), content, cancellationToken);
        return response.IsSuccessStatusCode
            ? null
            : response.StatusCode == HttpStatusCode.NotFound
                ? $"{Sparrow} is not the emulator: this sample needs one. Leave --sparrow away."
                : $"The emulator refused what it was told at {route} with {(int)response.StatusCode}.";
    }
}
