using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using SparrowFunctions.Tests.Worker.Harness.Protocol;

namespace SparrowFunctions.Tests.Worker.Harness;

/// <summary>The one stream between the host and its worker: questions go out, answers come back in any order.</summary>
internal sealed class WorkerStream : FunctionRpc.FunctionRpcBase, IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _asked = new(StringComparer.Ordinal);
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly CancellationTokenSource _broken = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<RpcLog> _logs = [];

    /// <summary>Completes when the worker has said who it is.</summary>
    public Task Started => _started.Task;

    /// <summary>What the worker sent to the host's log so far.</summary>
    public IReadOnlyList<RpcLog> Logs => [.. _logs];

    /// <summary>Asks the worker something.</summary>
    /// <param name="message">The question.</param>
    /// <param name="key">What its answer names: an invocation's id, or else the request's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The stream broke before the answer came.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage message, string key, CancellationToken cancellationToken)
    {
        var answer = _asked[key] = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        Tell(message);
        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Tells the worker something that it does not answer.</summary>
    public void Tell(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    /// <summary>Ends the stream without a word; the connection stays.</summary>
    public void Break() => _broken.Cancel();

    public override async Task EventStream(IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _broken.Token);
        var sending = SendAsync(responseStream, ended.Token);
        try
        {
            await foreach (var message in requestStream.ReadAllAsync(ended.Token)) Take(message);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Broken on purpose, or the worker has gone
        }
        finally
        {
            await ended.CancelAsync();
            await sending;
            foreach (var (_, answer) in _asked) answer.TrySetException(new IOException("The stream to the worker broke."));
        }
    }

    public void Dispose() => _broken.Dispose();

    private async Task SendAsync(IServerStreamWriter<StreamingMessage> stream, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken)) await stream.WriteAsync(message, cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // As above
        }
    }

    private void Take(StreamingMessage message)
    {
        if (message.ContentCase == StreamingMessage.ContentOneofCase.StartStream)
            _started.TrySetResult();
        else if (message.RpcLog is { } log)
            _logs.Enqueue(log);
        else if (_asked.TryRemove(message.InvocationResponse?.InvocationId ?? message.RequestId, out var answer))
            answer.TrySetResult(message);
    }
}
