using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>Asks a server for an address as it stands: a client library would tidy it up.</summary>
internal static class RawHttp
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sends a request without a body and reads its answer.</summary>
    public static async Task<(int Status, string Text)> SendAsync(Uri server, string method, string target)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, Cancel);

        // In HTTP 1.0 the end of the connection is the end of the answer
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.0\r\nHost: x\r\n\r\n"), Cancel);
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        var parts = (await reader.ReadToEndAsync(Cancel)).Split("\r\n\r\n", 2);
        return (int.Parse(parts[0].Split(' ')[1], CultureInfo.InvariantCulture), parts[1]);
    }
}
