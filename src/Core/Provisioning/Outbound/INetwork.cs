using System.Net;

namespace SparrowFunctions.Provisioning.Outbound;

/// <summary>The network under a guarded connection, in its two steps: a name becomes addresses, addresses become a connection.</summary>
public interface INetwork
{
    /// <summary>All addresses of a name; empty when it has none.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name is not known, or nobody answers for it.</exception>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Connects to the first of the addresses that answers.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">None does.</exception>
    Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken);
}
