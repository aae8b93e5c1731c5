namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>Reads a response's body with a limit on each pause and on the whole, and lets go of the response at the end.</summary>
internal sealed class PatientStream(Stream inner, HttpResponseMessage response, TimeSpan idle, TimeSpan total, TimeProvider time) : Stream
{
    private readonly CancellationTokenSource _total = new(total, time);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var pause = new CancellationTokenSource(idle, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, pause.Token, _total.Token);
        try
        {
            return await inner.ReadAsync(buffer, any.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(_total.IsCancellationRequested
                ? $"The file was not whole within {total:hh\\:mm\\:ss}."
                : $"The file stopped arriving for {idle:hh\\:mm\\:ss}.", late);
        }
        catch (HttpRequestException failure)
        {
            throw new IOException("The connection broke in the middle of the file.", failure);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            response.Dispose();
            _total.Dispose();
        }

        base.Dispose(disposing);
    }
}
