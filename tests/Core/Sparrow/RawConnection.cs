using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SparrowFunctions.Tests.Core.Sparrow;

/// <summary>What a test can do on an accepted connection.</summary>
public sealed class RawConnection(TcpClient client, Stream stream, CancellationToken stop)
{
    public bool Closed { get; private set; }

    public Stream Stream => stream;

    public Task RespondAsync(int status, string body, params string[] headers) => RespondAsync(status, Encoding.UTF8.GetBytes(body), headers);

    public async Task RespondAsync(int status, byte[] body, params string[] headers)
    {
        var head = $"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}\r\n";
        await WriteAsync(Encoding.UTF8.GetBytes(head));
        await WriteAsync(body);
    }

    public async Task WriteAsync(byte[] bytes)
    {
        await stream.WriteAsync(bytes, stop);
        await stream.FlushAsync(stop);
    }

    /// <summary>Stays silent until the server stops.</summary>
    public Task SilenceAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);

    public void Close()
    {
        Closed = true;
        client.Client.Shutdown(SocketShutdown.Both);
        client.Close();
    }

    public void Reset()
    {
        Closed = true;
        client.LingerState = new LingerOption(enable: true, 0);
        client.Close();
    }
}

/// <summary>Reads a chunked body.</summary>
public static class Chunks
{
    public static async Task<long> CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var total = 0L;
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var line = new StringBuilder();
            var one = new byte[1];
            while (line.Length < 2 || line[^1] != '\n')
            {
                await from.ReadExactlyAsync(one, cancellationToken);
                line.Append((char)one[0]);
            }

            var left = long.Parse(line.ToString().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var last = left == 0;
            while (left > 0)
            {
                var read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
                if (read == 0) throw new EndOfStreamException();
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                left -= read;
                total += read;
            }

            await from.ReadExactlyAsync(new byte[2], cancellationToken);
            if (last) return total;
        }
    }
}
