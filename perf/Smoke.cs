namespace SparrowFunctions.Perf;

/// <summary>A small form of every program: fails when something is lost or does not run, whatever the figures.</summary>
internal static class Smoke
{
    /// <summary>Runs them.</summary>
    /// <returns>0; what goes wrong is thrown.</returns>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var load = new Load(64, 64, TimeSpan.FromMilliseconds(200));
        await new Throughput(load, rounds: 1, Takes.AsDeployed).RunAsync(cancellationToken);
        await new Throughput(load.AsTrickle, rounds: 1, Takes.AsDeployed).RunAsync(cancellationToken);
        await new Backlog(Backlog.Small, Takes.AsDeployed).RunAsync(cancellationToken);
        await new Operations(Operations.Small, Takes.AsDeployed).RunAsync(cancellationToken);
        await new Memory(Memory.Small, Takes.AsDeployed).RunAsync(cancellationToken);
        await new Deployed(Deployed.Small).RunAsync(cancellationToken);
        await new FileMemory(FileMemory.Small).RunAsync(cancellationToken);
        Console.WriteLine("All programs ran to their end; figures of a run this small mean nothing.");
        return 0;
    }
}
