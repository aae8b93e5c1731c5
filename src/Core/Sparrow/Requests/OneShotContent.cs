using System.Net;
using System.Net.Http.Headers;

namespace SparrowFunctions.Sparrow.Requests;

/// <summary>
/// A request body that can be sent once and remembers whether sending began. The handler may repeat a request by itself when a pooled
/// connection dies; a body that refuses the second time makes sure that no paid call leaves twice unseen.
/// </summary>
internal sealed class OneShotContent : HttpContent
{
    private readonly Func<Stream, CancellationToken, Task> _write;
    private readonly long? _length;
    private int _started;

    public OneShotContent(string contentType, long? length, Func<Stream, CancellationToken, Task> write)
    {
        _write = write;
        _length = length;
        Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
    }

    /// <summary>A JSON body.</summary>
    public static OneShotContent Json(byte[] body) =>
        new("application/json", body.Length, (target, cancellationToken) => target.WriteAsync(body, cancellationToken).AsTask());

    /// <summary>Whether any of the body may have left: false means that the other side cannot have the request.</summary>
    public bool Started => Volatile.Read(ref _started) != 0;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _started, 1) == 0
            ? _write(stream, cancellationToken)
            : throw new InvalidOperationException("This request has been sent once and is not sent again unseen.");

    protected override bool TryComputeLength(out long length)
    {
        length = _length ?? 0;
        return _length is not null;
    }
}
