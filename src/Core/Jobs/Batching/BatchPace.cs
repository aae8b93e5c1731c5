namespace SparrowFunctions.Jobs.Batching;

/// <summary>How many rows of a batch are under way at once, and how often somebody looks after them. Pure.</summary>
public static class BatchPace
{
    /// <summary>Shortest pause between two steps, in seconds.</summary>
    public const double ShortestPause = 1;

    /// <summary>Most rows that may be under way and those that wait behind them for their place in the output.</summary>
    public const int MostRowsAhead = 10_000;

    private const double LongestPause = 15;
    private const double LongestPauseAtTheEnd = 4;
    private const int LargestWindow = 64;

    /// <summary>
    /// How many rows are under way at once: half as many again as one instance calls, so that none of its calls waits for the next step; never
    /// more than an instance takes from the queue at once, so that what else is on it does not wait behind rows that only wait.
    /// </summary>
    /// <param name="callsAtOnce">Most calls at once of an instance.</param>
    public static int Window(int callsAtOnce) => Math.Clamp(callsAtOnce + (callsAtOnce / 2), 2, LargestWindow);

    /// <summary>The pause before the next step: long enough for a good part of the window to end meanwhile, so that steps cost little a row.</summary>
    /// <param name="pause">The last one, in seconds.</param>
    /// <param name="ended">How many rows had ended since.</param>
    /// <param name="window">How many are under way at once.</param>
    /// <param name="isRead">Whether the whole file was taken in: then somebody waits for the last ones.</param>
    public static double Next(double pause, int ended, int window, bool isRead)
    {
        var next = ended >= window / 4 ? pause / 2 : ended < window / 8 ? pause * 2 : pause;
        return Math.Clamp(next, ShortestPause, isRead ? LongestPauseAtTheEnd : LongestPause);
    }
}
