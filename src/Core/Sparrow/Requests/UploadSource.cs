using System.Runtime.ExceptionServices;

namespace SparrowFunctions.Sparrow.Requests;

/// <summary>The stream of an upload: tells a failure of the caller's own stream from one of the connection, and can begin again where the stream can.</summary>
internal sealed class UploadSource(Stream content)
{
    private readonly long _start = content.CanSeek ? content.Position : 0;
    private ExceptionDispatchInfo? _failure;
    private bool _read;

    /// <summary>Whether the same bytes can be sent again.</summary>
    public bool CanRepeat => !_read || content.CanSeek;

    /// <summary>Goes back to where the upload began.</summary>
    public void Rewind()
    {
        if (_read && content.CanSeek) content.Position = _start;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _read = true;
        try
        {
            return await content.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            throw;
        }
    }

    /// <summary>Throws the stream's own failure, if it had one: it says nothing about Sparrow.</summary>
    public void ThrowIfFailed() => _failure?.Throw();
}
