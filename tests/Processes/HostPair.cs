using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Two hosts on one storage, of which now one, now the other is killed and started again.</summary>
internal sealed class HostPair
{
    /// <summary>Settings under which what a killed host held goes on soon: tests kill more often than life does.</summary>
    public static readonly IReadOnlyDictionary<string, string> QuickRecovery = new Dictionary<string, string>
    {
        ["Jobs__Lease"] = "00:00:20",
        ["Jobs__RetryDelay"] = "00:00:01",

        // A message taken by a host that died before the ledger knew its job
        ["LocalHost__MessageVisibility"] = "00:00:15",
    };

    private readonly Cluster _cluster;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly LocalHostProcess[] _hosts;

    private HostPair(Cluster cluster, IReadOnlyDictionary<string, string> settings, LocalHostProcess[] hosts) =>
        (_cluster, _settings, _hosts) = (cluster, settings, hosts);

    /// <summary>Starts both.</summary>
    public static async Task<HostPair> StartAsync(Cluster cluster, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var hosts = await Task.WhenAll(cluster.StartHostAsync(settings, cancellationToken), cluster.StartHostAsync(settings, cancellationToken));
        return new HostPair(cluster, settings, hosts);
    }

    /// <summary>Kills hosts at random moments and starts each again at once.</summary>
    /// <param name="kills">How often.</param>
    /// <param name="within">The time over which the kills are spread.</param>
    /// <param name="random">Chooses the moments and the victims.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task SufferAsync(int kills, TimeSpan within, Random random, CancellationToken cancellationToken)
    {
        var moments = Enumerable.Range(0, kills).Select(_ => within * random.NextDouble()).Order().ToArray();
        var started = TimeProvider.System.GetTimestamp();
        foreach (var moment in moments)
        {
            var wait = moment - TimeProvider.System.GetElapsedTime(started);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System, cancellationToken);
            var victim = random.Next(_hosts.Length);
            await _hosts[victim].Process.KillAsync();
            _hosts[victim] = await _cluster.StartHostAsync(_settings, cancellationToken);
        }
    }
}
