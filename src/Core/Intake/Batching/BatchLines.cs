namespace SparrowFunctions.Intake.Batching;

/// <summary>
/// Reads a batch's file line by line, however large it is: never more of it in memory than the longest line that is taken. Knows LF and CRLF,
/// a byte order mark, and a last line that has no end.
/// </summary>
/// <param name="stream">The file, from the offset on.</param>
/// <param name="offset">Where in the file the stream begins, in bytes: at the beginning of a line.</param>
/// <param name="number">The number of that line.</param>
public sealed class BatchLines(Stream stream, long offset, long number)
{
    /// <summary>Longest line that is taken, in bytes (1 MiB).</summary>
    public const int MaxLineBytes = 1024 * 1024;

    private const byte LineFeed = (byte)'\n';
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    private byte[] _buffer = new byte[32 * 1024];
    private int _start;
    private int _end;
    private long _offset = offset;
    private long _number = number;

    /// <summary>The next line; null when there is none.</summary>
    public async Task<BatchLine?> NextAsync(CancellationToken cancellationToken)
    {
        for (var seen = 0; ;)
        {
            var feed = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf(LineFeed);
            if (feed >= 0)
                return Take(seen + feed, feedLength: 1);
            seen = _end - _start;
            if (seen > MaxLineBytes + Mark.Length)
                return await SkipAsync(cancellationToken);
            if (!await FillAsync(cancellationToken))
                return seen == 0 ? null : Take(seen, feedLength: 0);
        }
    }

    private BatchLine Take(int length, int feedLength)
    {
        var bytes = _buffer.AsMemory(_start, length);
        _start += length + feedLength;
        if (_offset == 0 && bytes.Span.StartsWith(Mark))
            bytes = bytes[Mark.Length..];
        if (!bytes.IsEmpty && bytes.Span[^1] == (byte)'\r')
            bytes = bytes[..^1];
        return Line(length + feedLength, bytes.Length <= MaxLineBytes ? bytes : (ReadOnlyMemory<byte>?)null);
    }

    private async Task<BatchLine?> SkipAsync(CancellationToken cancellationToken)
    {
        for (long skipped = 0; ;)
        {
            var feed = _buffer.AsSpan(_start, _end - _start).IndexOf(LineFeed);
            var passed = feed >= 0 ? feed + 1 : _end - _start;
            skipped += passed;
            _start += passed;
            if (feed >= 0 || !await FillAsync(cancellationToken))
                return Line(skipped, bytes: null);
        }
    }

    private BatchLine Line(long length, ReadOnlyMemory<byte>? bytes)
    {
        var line = new BatchLine(_number, _offset, _offset + length, bytes);
        (_offset, _number) = (line.End, _number + 1);
        return line;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }
}
