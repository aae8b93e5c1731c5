using System.Globalization;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Processes.Drivers;
using SparrowFunctions.Tests.Worker.Harness;

namespace SparrowFunctions.Perf;

/// <summary>The deployed app in its own process, with the host's side played by the tests' harness: how long it takes to start, beside the local host, and its memory.</summary>
/// <param name="scale">How much is asked of it.</param>
internal sealed class Deployed(Deployed.Scale scale)
{
    /// <summary>Enough for figures that hold.</summary>
    public static readonly Scale Full = new(5, TimeSpan.FromSeconds(20), 5000);

    /// <summary>Enough to see that it works.</summary>
    public static readonly Scale Small = new(1, TimeSpan.FromSeconds(1), 500);

    private const int AtOnce = 64;

    /// <summary>Measures and prints; there is no goal.</summary>
    /// <returns>0.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, cancellationToken);
        await cluster.Emulator.SetAsync(new { latencyMs = scale.LatencyMs }, cancellationToken);
        await StartLocalAsync(cluster, cancellationToken); // provisions the account

        var (local, deployed) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 0; round < scale.Rounds; round++)
        {
            local.Add(await StartLocalAsync(cluster, cancellationToken));
            deployed.Add(await StartDeployedAsync(cluster, cancellationToken));
        }

        var (localMedian, deployedMedian) = (Median(local), Median(deployed));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"start until healthy, median of {scale.Rounds}: deployed app {deployedMedian:0.00} s, local host {localMedian:0.00} s, ratio {deployedMedian / localMedian:0.00}"));

        await using var app = await StartAsync(cluster, cancellationToken);
        await Task.Delay(scale.Idle, TimeProvider.System, cancellationToken);
        Console.WriteLine($"idle: {MemoryPeak.Of(app.Host.Process.Id):0} MB");
        using var peak = new MemoryPeak(app.Host.Process.Id);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(number => RunOneAsync(cluster, app.Host, $"prompt-{number:00}", cancellationToken)));
        Console.WriteLine($"peak with {AtOnce} calls at once: {peak.Megabytes:0} MB");
        return 0;
    }

    private static async Task RunOneAsync(Cluster cluster, FunctionsHost host, string id, CancellationToken cancellationToken)
    {
        await cluster.SendAsync(new { id, prompt = PromptMark.Text(id) }, cancellationToken);
        var message = (await cluster.Prompts.ReceiveMessageAsync(TimeSpan.FromMinutes(10), cancellationToken)).Value
            ?? throw new InvalidOperationException("A prompt that was sent is not on its queue.");
        var outcome = await host.InvokeAsync("OnPromptQueued", Trigger.Queue(message), cancellationToken);
        if (!outcome.Succeeded)
            throw new InvalidOperationException($"A prompt failed: {outcome.Error}");
    }

    private static async Task<TimeSpan> StartLocalAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var host = await cluster.StartHostAsync(Worker.ProductSettings(AtOnce, Takes.AsDeployed), cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(began);
        await host.Process.KillAsync();
        return took;
    }

    private static async Task<TimeSpan> StartDeployedAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var app = await StartAsync(cluster, cancellationToken);
        return TimeProvider.System.GetElapsedTime(began);
    }

    private static double Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2).TotalSeconds;

    private static async Task<Running> StartAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = cluster.Azurite.ConnectionString,
            ["Sparrow__BaseUrl"] = cluster.EmulatorProcess.Address.ToString(),
            ["Sparrow__FreeBaseUrl"] = cluster.EmulatorProcess.Address.ToString(),
            ["Sparrow__ApiKey"] = "perf-key",
            ["Sparrow__Mode"] = "concurrent",
        };
        var host = await FunctionsHost.StartAsync(await NodeRuntime.FindAsync(cancellationToken), settings, cancellationToken);
        var door = await FrontDoor.OpenAsync(host, cancellationToken);
        using var http = new HttpClient { BaseAddress = door.Address };
        await Waiting.UntilAsync("the app is healthy", async () => (await http.GetAsync(new Uri("/api/health", UriKind.Relative), cancellationToken)).IsSuccessStatusCode, TimeSpan.FromMinutes(3), cancellationToken);
        return new Running(host, door);
    }

    /// <summary>How much is asked.</summary>
    /// <param name="Rounds">How often each is started; the median counts.</param>
    /// <param name="Idle">How long the app idles before its memory is looked at.</param>
    /// <param name="LatencyMs">How long a call takes.</param>
    internal sealed record Scale(int Rounds, TimeSpan Idle, int LatencyMs);

    private sealed record Running(FunctionsHost Host, FrontDoor Door) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Door.DisposeAsync();
            await Host.DisposeAsync();
        }
    }
}
