using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SparrowFunctions.Tests.Core.Sparrow;

/// <summary>A request as it stood on the wire.</summary>
public sealed record RawRequest(int Number, int Connection, string Head, byte[] Body)
{
    public string FirstLine => Head[..Head.IndexOf('\r', StringComparison.Ordinal)];

    public string BodyText => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();
}

/// <summary>A loopback server that shows requests byte for byte and can answer, stay silent, cut and reset.</summary>
public sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RawRequest, RawConnection, Task> _answer;
    private readonly bool _readBody;
    private readonly Task _loop;
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private int _connections;

    public RawServer(Func<RawRequest, RawConnection, Task> answer, bool readBody = true)
    {
        _answer = answer;
        _readBody = readBody;
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _loop = Task.Run(AcceptAsync);
    }

    public string Url { get; }

    public ConcurrentQueue<RawRequest> Requests { get; } = [];

    public int Connections => _connections;

    /// <summary>Ends when the first request has come in.</summary>
    public Task FirstRequest => _first.Task;

    public static RawServer Answering(string body, int status = 200, params string[] headers) =>
        new((_, connection) => connection.RespondAsync(status, body, headers));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                running.Add(ServeAsync(client, Interlocked.Increment(ref _connections)));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using var _ = client;
        try
        {
            await using var stream = new BufferedStream(client.GetStream());
            var connection = new RawConnection(client, stream, _stop.Token);
            while (!connection.Closed && await HeadAsync(stream) is { } head)
            {
                var request = new RawRequest(Interlocked.Increment(ref _requests), number, head, _readBody ? await BodyAsync(stream, head) : []);
                Requests.Enqueue(request);
                _first.TrySetResult();
                await _answer(request, connection);
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    private async Task<string?> HeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            head.Append((char)one[0]);
            if (head.Length >= 4 && head[^1] == '\n' && head[^3] == '\n') return head.ToString(0, head.Length - 4);
        }

        return null;
    }

    private async Task<byte[]> BodyAsync(Stream stream, string head)
    {
        var length = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        if (length is not null)
        {
            var body = new byte[int.Parse(length[15..], CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, _stop.Token);
            return body;
        }

        if (!head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) return [];
        using var all = new MemoryStream();
        await Chunks.CopyAsync(stream, all, _stop.Token);
        return all.ToArray();
    }
}
