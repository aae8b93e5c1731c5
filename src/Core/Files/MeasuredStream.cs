using System.Security.Cryptography;

namespace SparrowFunctions.Files;

/// <summary>Counts and hashes the bytes that are read through it, and refuses more than a limit.</summary>
/// <param name="inner">Where they come from; whoever opened it disposes it.</param>
/// <param name="limit">How many bytes there may be.</param>
internal sealed class MeasuredStream(Stream inner, long limit) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    /// <summary>SHA-256 of what was read, lower-case hex.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">There are more bytes than the limit.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        _hash.AppendData(buffer.Span[..read]);
        Count += read;
        return Count <= limit ? read : throw new InvalidDataException($"It has more than {limit} bytes.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }
}
