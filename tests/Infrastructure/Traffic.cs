using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>
/// What the processes on one clock have to do with the real world. The product's clock is the test's: it must not run while storage works, or a busy
/// machine would make the product's deadlines pass.
/// </summary>
public sealed class Traffic
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(2);

    private int _storage;
    private int _http;
    private long _held;
    private long _mostHeld;

    /// <summary>Whether a request is with storage.</summary>
    public bool IsStorageBusy => Volatile.Read(ref _storage) > 0;

    /// <summary>Whether anybody else has yet to answer, or is in the middle of it. The answer to a chat is not meant before it has begun: it may take minutes.</summary>
    public bool IsHttpBusy => Volatile.Read(ref _http) > 0;

    /// <summary>The most bytes that were ever taken in and not yet passed on: from storage to others, or from others to storage.</summary>
    public long MostHeld => Volatile.Read(ref _mostHeld);

    /// <summary>Waits until no request is with storage.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (IsStorageBusy)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Eventually.Limit) throw new TimeoutException("Waited in vain until storage has answered.");
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>A policy that counts requests and bytes; it belongs right at the storage, behind whatever a test puts between.</summary>
    public HttpPipelinePolicy NewPolicy() => new StoragePolicy(this);

    /// <summary>A handler that counts requests and bytes.</summary>
    /// <param name="client">The name of the client it is for.</param>
    public DelegatingHandler NewHandler(string? client) => new HttpHandler(this, client == nameof(SparrowClient));

    private void Take(long bytes)
    {
        var held = Interlocked.Add(ref _held, bytes);
        for (var most = MostHeld; held > most; most = MostHeld)
            Interlocked.CompareExchange(ref _mostHeld, held, most);
    }

    private void Give(long bytes) => Interlocked.Add(ref _held, -bytes);

    private sealed class StoragePolicy(Traffic traffic) : HttpPipelinePolicy
    {
        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            throw new NotSupportedException("The product calls storage asynchronously only.");

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            Interlocked.Increment(ref traffic._storage);
            var given = message.Request.Content is { } content && content.TryComputeLength(out var length) ? length : 0;
            try
            {
                await ProcessNextAsync(message, pipeline);
                traffic.Give(given);
                if (message.Request.Method == RequestMethod.Head)
                    return;
                if (message.BufferResponse)
                    traffic.Take(message.Response.Headers.ContentLength ?? 0);
                else if (message.Response.ContentStream is { } stream)
                    message.Response.ContentStream = new CountingStream(stream, onRead: read => traffic.Take(read));
            }
            finally
            {
                Interlocked.Decrement(ref traffic._storage);
            }
        }
    }

    private sealed class HttpHandler(Traffic traffic, bool isSparrow) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isChat = isSparrow && request.RequestUri?.AbsolutePath.EndsWith("/uploaded", StringComparison.Ordinal) == false;
            var done = new Once(() => Interlocked.Decrement(ref traffic._http));
            if (!isChat)
                Interlocked.Increment(ref traffic._http);
            if (request.Content is { } content)
                request.Content = new OutwardContent(content, traffic);
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (isChat)
                    Interlocked.Increment(ref traffic._http);
                response.Content = new InwardContent(response.Content, traffic, done);
                return response;
            }
            catch
            {
                if (!isChat)
                    done.Run();
                throw;
            }
        }
    }

    private abstract class WrappedContent : HttpContent
    {
        protected WrappedContent(HttpContent inner)
        {
            Inner = inner;
            foreach (var (name, values) in inner.Headers)
                Headers.TryAddWithoutValidation(name, values);
        }

        protected HttpContent Inner { get; }

        protected override bool TryComputeLength(out long length)
        {
            length = Inner.Headers.ContentLength ?? 0;
            return Inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class OutwardContent(HttpContent inner, Traffic traffic) : WrappedContent(inner)
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            Inner.CopyToAsync(new CountingStream(stream, onWritten: written => traffic.Give(written)), context, cancellationToken);
    }

    // Whoever has read an answer, or has had enough of it, disposes it
    private sealed class InwardContent(HttpContent inner, Traffic traffic, Once done) : WrappedContent(inner)
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
            new CountingStream(await Inner.ReadAsStreamAsync(cancellationToken), onRead: read => traffic.Take(read));

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Inner.CopyToAsync(stream, context);

        protected override void Dispose(bool disposing)
        {
            done.Run();
            base.Dispose(disposing);
        }
    }

    private sealed class Once(Action action)
    {
        private int _times;

        public void Run()
        {
            if (Interlocked.Exchange(ref _times, 1) == 0)
                action();
        }
    }
}
