using System.Globalization;
using System.Web;
using System.Xml.Linq;
using Azure.Storage.Queues.Models;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Callbacks;

/// <summary>What a pipeline sent to queue <c>callbacks</c>, delivered by the product's own clock: nobody waits ten hours.</summary>
internal sealed class CallbackLine(Pipeline pipeline)
{
    private int _delivered;

    /// <summary>All messages ever sent, in order, each with its delay.</summary>
    public IReadOnlyList<(string Text, TimeSpan Delay)> All => [.. pipeline.Storage.Requests
        .Where(request => request.Method == "POST" && request.Uri.AbsolutePath.EndsWith("/callbacks/messages", StringComparison.Ordinal))
        .Select(request => (Text(request), TimeSpan.FromSeconds(int.Parse(HttpUtility.ParseQueryString(request.Uri.Query)["visibilitytimeout"] ?? "0", CultureInfo.InvariantCulture))))];

    /// <summary>The messages that were not delivered yet.</summary>
    public int Waiting => All.Count - _delivered;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Lets the clock run until the next message is due, and delivers it.</summary>
    public async Task<TimeSpan> DeliverNextAsync()
    {
        Waiting.ShouldBeGreaterThan(0, "Nothing is on its way that would go on with it.");
        var (text, delay) = All[_delivered++];
        await pipeline.PassAsync(delay);
        await DeliverAsync(text);
        return delay;
    }

    /// <summary>Delivers a message as the platform would.</summary>
    public Task DeliverAsync(string text) => pipeline.Get<CallbackDelivery>().OnCallbackAsync(Message(text), Cancel);

    /// <summary>Delivers a message that the platform gave up on.</summary>
    public Task PoisonAsync(string text) => pipeline.Get<CallbackDelivery>().OnPoisonAsync(Message(text), Cancel);

    private QueueMessage Message(string text) => QueuesModelFactory.QueueMessage($"callback-{_delivered}", "receipt", BinaryData.FromString(text), dequeueCount: 1);

    private static string Text(StorageRequest request) => XDocument.Parse(request.Body.TrimStart('\uFEFF')).Root!.Element("MessageText")!.Value;
}
