using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>How many calls were under way at once, from the emulator's own record of them.</summary>
internal static class UnderWay
{
    /// <summary>The most there were at any moment; one that ends as another begins is not counted with it.</summary>
    public static int MostOf(IReadOnlyList<SeenCall> calls)
    {
        var (now, most) = (0, 0);
        var changes = calls.Select(call => (At: call.Started, By: 1)).Concat(calls.Where(call => call.Ended is not null).Select(call => (At: call.Ended!.Value, By: -1)));
        foreach (var (_, by) in changes.OrderBy(change => change.At).ThenBy(change => change.By))
        {
            now += by;
            most = Math.Max(most, now);
        }

        return most;
    }
}
