using System.Buffers;

namespace SparrowFunctions.Files;

/// <summary>A stream whose first bytes have been looked at and are given back: whoever reads it gets all of them, and nothing is fetched twice.</summary>
internal sealed class PeekedStream : ReadOnlyStream
{
    private readonly Stream _rest;
    private byte[]? _beginning;
    private int _at;
    private int _length;

    private PeekedStream(Stream rest, byte[] beginning) => (_rest, _beginning) = (rest, beginning);

    /// <summary>The bytes that were looked at, until the first of them is read.</summary>
    public ReadOnlySpan<byte> Beginning => _beginning.AsSpan(_at, _length - _at);

    /// <summary>Reads the first bytes of a stream, fewer only where it ends before.</summary>
    /// <param name="rest">The stream; whoever opened it disposes it.</param>
    /// <param name="count">How many bytes to look at.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<PeekedStream> PeekAsync(Stream rest, int count, CancellationToken cancellationToken)
    {
        var peeked = new PeekedStream(rest, ArrayPool<byte>.Shared.Rent(count));
        try
        {
            peeked._length = await rest.ReadAtLeastAsync(peeked._beginning.AsMemory(0, count), count, throwOnEndOfStream: false, cancellationToken);
            return peeked;
        }
        catch
        {
            await peeked.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_beginning is null)
            return await _rest.ReadAsync(buffer, cancellationToken);

        var read = Math.Min(buffer.Length, _length - _at);
        _beginning.AsMemory(_at, read).CopyTo(buffer);
        _at += read;
        if (_at == _length)
            Return();
        return read > 0 || buffer.IsEmpty ? read : await _rest.ReadAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Return();
        base.Dispose(disposing);
    }

    private void Return()
    {
        if (_beginning is { } beginning)
            ArrayPool<byte>.Shared.Return(beginning);
        (_beginning, _at, _length) = (null, 0, 0);
    }
}
