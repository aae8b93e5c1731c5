namespace SparrowFunctions.Jobs.Batching;

/// <summary>How many rows of a batch are under way at once, and how often somebody looks after them. Pure.</summary>
public static class BatchPace
{
    /// <summary>Shortest pause between two steps, in seconds.</summary>
    public const double ShortestPause = 1;

    /// <summary>Most rows that may be under way and those that wait behind them for their place in the output.</summary>
    public const int MostRowsAhead = 10_000;

    /// <summary>Most appends that a blob takes.</summary>
    public const int MostAppends = 50_000;

    // After so many appends twice as much is gathered for one, up to what still leaves room ahead
    private const int AppendsALevel = 2_500;
    private const int HighestLevel = 9;
    private const int FewestRows = 16;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(10);

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

    /// <summary>
    /// How much is gathered for an append: so many rows, or what has ended within a time. It grows with the appends that were made, so that 200
    /// million rows, years of running and 300 GiB have room: more than a gigabyte of rows that ask something can bring.
    /// </summary>
    /// <param name="appends">How many appends the output has had.</param>
    /// <returns>Rows that are worth an append, how long fewer are waited with, and where a piece of many long ones is cut, in bytes.</returns>
    public static (int Rows, TimeSpan Wait, int Bytes) Appending(int appends)
    {
        var level = Math.Min(appends / AppendsALevel, HighestLevel);
        return (FewestRows << level, ShortestWait * (1 << level), (level < HighestLevel / 2 ? 4 : 8) * 1024 * 1024);
    }
}
