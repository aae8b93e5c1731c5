using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Two hosts on one storage, of which now one, now the other is killed and started again.</summary>
internal sealed class HostPair
{
    /// <summary>Settings under which what a killed host held goes on soon: tests kill more often than life does.</summary>
    public static readonly IReadOnlyDictionary<string, string> QuickRecovery = new Dictionary<string, string>
    {
        ["Jobs__Lease"] = "00:00:30",
        ["Jobs__RetryDelay"] = "00:00:01",

        // A message taken by a host that died before the ledger knew its job
        ["LocalHost__MessageVisibility"] = "00:00:15",
    };

    private readonly Cluster _cluster;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly LocalHostProcess[] _hosts;

    private HostPair(Cluster cluster, IReadOnlyDictionary<string, string> settings, LocalHostProcess[] hosts) =>
        (_cluster, _settings, _hosts) = (cluster, settings, hosts);

    /// <summary>Starts both, each with a key of its own.</summary>
    public static async Task<HostPair> StartAsync(Cluster cluster, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken) =>
        new(cluster, settings, await Task.WhenAll(cluster.StartHostAsync(settings, cancellationToken, hasOwnKey: true), cluster.StartHostAsync(settings, cancellationToken, hasOwnKey: true)));

    /// <summary>Kills a host in the middle of a call, then hosts at random moments, and starts each again at once.</summary>
    /// <param name="kills">How often in all.</param>
    /// <param name="within">The time over which the kills are spread.</param>
    /// <param name="latencyMs">How long calls take otherwise.</param>
    /// <param name="random">Chooses the moments and the victims.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="which">The calls that the first kill may meet; any unless given.</param>
    public async Task SufferAsync(int kills, TimeSpan within, int latencyMs, Random random, CancellationToken cancellationToken, Func<SeenCall, bool>? which = null)
    {
        await KillInCallAsync(which ?? (static _ => true), latencyMs, cancellationToken);
        var moments = Enumerable.Range(1, kills - 1).Select(_ => within * random.NextDouble()).Order().ToArray();
        var started = TimeProvider.System.GetTimestamp();
        foreach (var moment in moments)
        {
            var wait = moment - TimeProvider.System.GetElapsedTime(started);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System, cancellationToken);
            var victim = random.Next(_hosts.Length);
            await _hosts[victim].Process.KillAsync();
            _hosts[victim] = await _cluster.StartHostAsync(_settings, cancellationToken, hasOwnKey: true);
        }
    }

    // The call can't end before its host has: the emulator holds it
    private async Task KillInCallAsync(Func<SeenCall, bool> which, int latencyMs, CancellationToken cancellationToken)
    {
        await _cluster.Emulator.HoldAsync(cancellationToken);
        var free = (await _cluster.Emulator.CallsAsync(cancellationToken)).Select(call => call.Number).DefaultIfEmpty().Max();
        SeenCall? met = null;
        await Waiting.UntilAsync(
            "a call is under way",
            async () =>
            {
                var held = (await _cluster.Emulator.CallsAsync(cancellationToken)).Where(call => call.Number > free && call.Prompt is not null).ToList();
                met = held.Find(call => which(call));
                if (met is not null || held.Count == 0) return met is not null;

                // Others go on, so that those meant can come
                await _cluster.Emulator.ReleaseAsync(cancellationToken);
                free = (await _cluster.Emulator.CallsAsync(cancellationToken)).Max(call => call.Number);
                return false;
            },
            cancellationToken);
        var victim = Array.FindIndex(_hosts, host => host.TokenHash == met!.TokenHash);
        await _hosts[victim].Process.KillAsync();
        await _cluster.Emulator.LetGoAsync(latencyMs, cancellationToken);
        _hosts[victim] = await _cluster.StartHostAsync(_settings, cancellationToken, hasOwnKey: true);
    }
}
