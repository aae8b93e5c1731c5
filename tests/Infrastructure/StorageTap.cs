using System.Collections.Concurrent;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>Stands between a process and its storage: counts what is asked, and cuts the line or loses answers when a test says so.</summary>
public sealed class StorageTap : HttpPipelinePolicy
{
    private readonly ConcurrentQueue<StorageRequest> _requests = new();
    private volatile bool _isCut;
    private int _timesCut;

    /// <summary>All requests so far, retries of the SDK not counted.</summary>
    public IReadOnlyCollection<StorageRequest> Requests => _requests;

    /// <summary>Whether storage is out of reach.</summary>
    public bool IsCut
    {
        get => _isCut;
        set => _isCut = value;
    }

    /// <summary>How many requests met the cut line.</summary>
    public int TimesCut => Volatile.Read(ref _timesCut);

    /// <summary>Which requests take effect without their answer coming back; null for none.</summary>
    public Func<StorageRequest, bool>? LosesAnswerOf { get; set; }

    /// <summary>Called before a request leaves; may wait.</summary>
    public Func<StorageRequest, Task>? Before { get; set; }

    /// <summary>Called when a request has taken effect.</summary>
    public Action<StorageRequest>? After { get; set; }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The product calls storage asynchronously only.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        using var body = new MemoryStream();
        if (message.Request.Content is { } content && message.Request.Method != RequestMethod.Get && content.TryComputeLength(out var length) && length < 200_000)
            await content.WriteToAsync(body, message.CancellationToken);
        var request = new StorageRequest(message.Request.Method.Method, message.Request.Uri.ToUri(), System.Text.Encoding.UTF8.GetString(body.ToArray()), RangeOf(message.Request));
        _requests.Enqueue(request);
        if (Before is { } before)
            await before(request).WaitAsync(message.CancellationToken);
        if (IsCut)
        {
            Interlocked.Increment(ref _timesCut);
            throw new RequestFailedException("The test cut the line to storage.");
        }

        await ProcessNextAsync(message, pipeline);
        After?.Invoke(request);
        if (LosesAnswerOf?.Invoke(request) == true)
            throw new RequestFailedException("The test lost the answer of storage.");
    }

    private static string? RangeOf(Request request) =>
        request.Headers.TryGetValue("x-ms-range", out var range) || request.Headers.TryGetValue("Range", out range) ? range : null;
}

/// <summary>A request to storage.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Uri">Its address.</param>
/// <param name="Body">Its body as text, where that is short.</param>
/// <param name="Range">The part of a blob that it asks for; null for all of it.</param>
public sealed record StorageRequest(string Method, Uri Uri, string Body, string? Range = null)
{
    /// <summary>Whether it changes the row of a worker.</summary>
    public bool WritesWorker => Method is not "GET" && (Uri.AbsolutePath.Contains("PartitionKey='workers'", StringComparison.Ordinal)
        || (Uri.AbsolutePath.EndsWith("/jobs", StringComparison.Ordinal) && Body.Contains("\"workers\"", StringComparison.Ordinal)));
}
