using Azure;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Tests.Simulation.Storage;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Host;

/// <summary>
/// The timer that empties the poison queues, in one process. Sweeps that would find nothing are left out, so that a world can come to rest. Unlike on
/// the platform each process has its own, so that two may sweep at once.
/// </summary>
internal sealed class SweepTimer(SimProcess process, SimStorage storage, PoisonSweep sweep, CancellationToken stopping)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // What the simulated pipeline can poison
    private static readonly string[] Queues = [StorageNames.PromptsPoisonQueue, StorageNames.WorkPoisonQueue];

    public async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            await WaitForMessageAsync();
            if (stopping.IsCancellationRequested)
                return;
            try
            {
                await sweep.RunAsync(stopping);
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException or OperationCanceledException)
            {
                process.World.Tell($"{process.Name} sweep: {exception.GetType().Name} {exception.Message}");
            }
        }
    }

    private Task WaitForMessageAsync()
    {
        var due = new TaskCompletionSource();
        foreach (var name in Queues)
            storage.Queue(name).WhenVisible(() => storage.World.After(storage.World.Random.Skewed(TimeSpan.Zero, Interval), () => due.TrySetResult()));
        return due.Task;
    }
}
