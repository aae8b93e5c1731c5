using System.Globalization;
using System.Web;
using System.Xml.Linq;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Queues.Models;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>
/// What was sent to queue <c>work</c>, with the time at which each message becomes visible by the product's own clock: storage keeps real time,
/// and a test that drives the clock cannot wait for it. A message that nobody sent is not here, so a lost wake-up shows.
/// </summary>
public sealed class WorkLine(TimeProvider time) : HttpPipelinePolicy
{
    private readonly Lock _lock = new();
    private readonly List<SentWork> _sent = [];
    private readonly List<SentWork> _all = [];

    /// <summary>All messages ever sent, in order.</summary>
    public IReadOnlyList<SentWork> All
    {
        get
        {
            lock (_lock)
                return [.. _all];
        }
    }

    /// <summary>Takes the message that is due first among those asked for; null when none is on the way.</summary>
    /// <param name="which">Those asked for.</param>
    /// <param name="notAfter">Leaves what falls due later.</param>
    public SentWork? TakeNext(Func<WorkMessage, bool> which, DateTimeOffset? notAfter = null)
    {
        lock (_lock)
        {
            var next = _sent.Where(sent => which(sent.Message) && !(sent.DueAt > notAfter)).MinBy(sent => sent.DueAt);
            if (next is not null)
                _sent.Remove(next);
            return next;
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The product calls storage asynchronously only.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        var uri = message.Request.Uri.ToUri();
        if (message.Request.Method != RequestMethod.Post || !uri.AbsolutePath.EndsWith("/work/messages", StringComparison.Ordinal) || message.Response.IsError)
            return;

        using var body = new MemoryStream();
        await message.Request.Content!.WriteToAsync(body, message.CancellationToken);
        body.Position = 0;
        var text = XDocument.Load(body).Root!.Element("MessageText")!.Value;
        var delay = int.Parse(HttpUtility.ParseQueryString(uri.Query)["visibilitytimeout"] ?? "0", CultureInfo.InvariantCulture);
        lock (_lock)
        {
            var sent = new SentWork(WorkQueue.Read(text)!, text, TimeSpan.FromSeconds(delay), time.GetUtcNow().AddSeconds(delay), $"work-{_all.Count}");
            _sent.Add(sent);
            _all.Add(sent);
        }
    }
}

/// <summary>A message on its way.</summary>
public sealed record SentWork(WorkMessage Message, string Text, TimeSpan Delay, DateTimeOffset DueAt, string Id)
{
    /// <summary>The message as the platform would hand it over.</summary>
    public QueueMessage Delivery => QueuesModelFactory.QueueMessage(Id, "receipt", BinaryData.FromString(Text), dequeueCount: 1);
}
