using System.Diagnostics;

namespace SparrowFunctions.Perf;

/// <summary>The most memory (resident set) that a process held while it was watched, in megabytes.</summary>
internal sealed class MemoryPeak : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly ITimer _timer;
    private double _highest;

    /// <summary>Watches a process from now on.</summary>
    /// <param name="processId">Its id.</param>
    public MemoryPeak(int processId) =>
        _timer = TimeProvider.System.CreateTimer(_ => Interlocked.Exchange(ref _highest, Math.Max(_highest, Of(processId))), null, TimeSpan.Zero, Pace);

    /// <summary>The highest value seen so far.</summary>
    public double Megabytes => Volatile.Read(ref _highest);

    /// <summary>What a process holds now.</summary>
    public static double Of(int processId)
    {
        try
        {
            using var seen = Process.GetProcessById(processId);
            return seen.WorkingSet64 / 1e6;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return 0; // it has ended meanwhile
        }
    }

    public void Dispose() => _timer.Dispose();
}
