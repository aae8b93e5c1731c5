using System.Net;
using System.Net.Sockets;

namespace SparrowFunctions.Provisioning.Outbound;

/// <summary>
/// Connects to hosts that somebody else chose. The name is resolved once; all its addresses must be public, and it is they that are connected to,
/// so a name that changes between check and connection gains nothing.
/// </summary>
public sealed class ConnectionGuard(INetwork network)
{
    /// <summary>A handler whose every connection is guarded. It follows no redirects and goes through no proxy, which would resolve the name itself.</summary>
    /// <param name="isExempt">Which hosts may be anywhere.</param>
    /// <param name="connectTimeout">How long resolving and connecting may take together.</param>
    public SocketsHttpHandler NewHandler(Func<string, bool> isExempt, TimeSpan connectTimeout) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = connectTimeout,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, isExempt, cancellationToken),
    };

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint target, Func<string, bool> isExempt, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await network.ResolveAsync(target.Host, cancellationToken);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        if (!isExempt(target.Host) && !Array.TrueForAll(addresses, PublicAddresses.Contains))
            throw new ForbiddenAddressException();
        return await network.ConnectAsync(addresses, target.Port, cancellationToken);
    }
}
