using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SparrowFunctions.Sparrow.Calls;

/// <summary>The sockets under the two clients: no redirects, no cookies, and connections that stay open while an answer takes minutes.</summary>
internal static class SparrowHandlers
{
    /// <summary>For calls to Sparrow.</summary>
    public static SocketsHttpHandler ForCalls(TimeSpan connectTimeout) => Create(connectTimeout);

    /// <summary>For generated files, whose addresses come from outside.</summary>
    public static SocketsHttpHandler ForDownloads(TimeSpan connectTimeout)
    {
        var handler = Create(connectTimeout);
        handler.AutomaticDecompression = DecompressionMethods.None; // a file is stored as it is
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8; // names in Content-Disposition

        // Every connection to a file's address is made here: the place for a guard that looks at the resolved address.
        handler.ConnectCallback = ConnectAsync;
        return handler;
    }

    private static SocketsHttpHandler Create(TimeSpan connectTimeout) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
        ConnectTimeout = connectTimeout,
        MaxConnectionsPerServer = int.MaxValue,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // Well under any server's own idle limit: a connection that the server closes just as a request leaves makes that call ambiguous.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        ConnectCallback = ConnectAsync,
    };

    // An idle flow is dropped by Azure's outbound balancing after 4 minutes, and a call may wait 8 without a byte.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
