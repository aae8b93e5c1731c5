using System.Net;
using System.Net.Sockets;
using System.Text;
using SparrowFunctions.Provisioning.Outbound;

namespace SparrowFunctions.Sparrow.Calls;

/// <summary>The sockets under the two clients: no redirects, no cookies, and connections that stay open while an answer takes minutes.</summary>
internal static class SparrowHandlers
{
    // Well under any server's own idle limit: a connection that the server closes just as a request leaves makes that call ambiguous.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>For calls to Sparrow.</summary>
    public static SocketsHttpHandler ForCalls(SparrowOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
        ConnectTimeout = options.ConnectTimeout,
        MaxConnectionsPerServer = int.MaxValue,
        PooledConnectionLifetime = Lifetime,
        PooledConnectionIdleTimeout = IdleTimeout,
        ConnectCallback = ConnectAsync,
    };

    /// <summary>For generated files, whose addresses come from outside. Only a Sparrow that itself is on this machine, an emulator, may have its files here.</summary>
    public static SocketsHttpHandler ForDownloads(SparrowOptions options, ConnectionGuard guard)
    {
        string[] local = [.. new[] { options.BaseUrl, options.FreeBaseUrl }.Where(address => address.IsLoopback).Select(address => address.IdnHost)];
        var handler = guard.NewHandler(host => local.Contains(host, StringComparer.OrdinalIgnoreCase), options.ConnectTimeout);
        handler.AutomaticDecompression = DecompressionMethods.None; // a file is stored as it is
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8; // names in Content-Disposition
        handler.MaxConnectionsPerServer = int.MaxValue;
        handler.PooledConnectionLifetime = Lifetime;
        handler.PooledConnectionIdleTimeout = IdleTimeout;
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = SystemNetwork.NewSocket();
        try
        {
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
