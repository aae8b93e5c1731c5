using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SparrowFunctions.Provisioning.Outbound;

namespace SparrowFunctions.Tests.Core.Provisioning.Outbound;

/// <summary>A network that a test makes up: it knows the names the test gives it, and writes down every connection that is asked for.</summary>
public sealed class SpyNetwork : INetwork
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<IPAddress[]>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What was to be connected to, in order.</summary>
    public ConcurrentQueue<(IPAddress[] Addresses, int Port)> Connections { get; } = [];

    /// <summary>Where connections really go; null to have them refused.</summary>
    public IPEndPoint? LeadsTo { get; init; }

    /// <summary>Gives a name its addresses; several answers are given one after the other, the last one for good.</summary>
    public void Name(string host, params string[] answers) =>
        _names[host] = new ConcurrentQueue<IPAddress[]>(answers.Select(answer => answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse).ToArray()));

    /// <summary>How often a name was asked for.</summary>
    public int TimesAsked(string host) => _asked.GetValueOrDefault(host);

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        _asked.AddOrUpdate(host, 1, (_, times) => times + 1);
        if (!_names.TryGetValue(host, out var answers))
            throw new SocketException((int)SocketError.HostNotFound);
        return Task.FromResult(answers.Count > 1 && answers.TryDequeue(out var answer) ? answer : answers.TryPeek(out var last) ? last : []);
    }

    public async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        Connections.Enqueue((addresses, port));
        return LeadsTo is { } there
            ? await new SystemNetwork().ConnectAsync([there.Address], there.Port, cancellationToken)
            : throw new SocketException((int)SocketError.ConnectionRefused);
    }
}
