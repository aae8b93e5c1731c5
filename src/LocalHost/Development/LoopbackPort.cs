using System.Net;
using System.Net.Sockets;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>Ports of this machine's loopback addresses.</summary>
public static class LoopbackPort
{
    /// <summary>True when nothing listens there now; 0 always is.</summary>
    public static bool IsFree(int port) =>
        port == 0 || (CanListen(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanListen(IPAddress.IPv6Loopback, port)));

    /// <summary>A port that is free now; another program may take it before we do.</summary>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException problem)
        {
            // An IPv6 that exists in name only takes nothing away.
            return problem.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }
}
