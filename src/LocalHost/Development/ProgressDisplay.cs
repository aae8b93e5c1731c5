using System.Globalization;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>Shows that something is going on: a spinner with the elapsed seconds on a terminal, plain lines elsewhere.</summary>
/// <param name="output">Where to write.</param>
/// <param name="animate">True on a terminal.</param>
/// <param name="time">The clock.</param>
public sealed class ProgressDisplay(TextWriter output, bool animate, TimeProvider time)
{
    private const string Frames = @"|/-\";
    private const string Clear = "\u001b[K";
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Line = TimeSpan.FromSeconds(5);

    /// <summary>Writes a line.</summary>
    public void Say(string line) => output.WriteLine(line);

    /// <summary>Runs a piece of work and shows how long it takes and what it reports.</summary>
    /// <param name="what">What is done, such as "Starting Azurite".</param>
    /// <param name="work">The work; what it reports replaces <paramref name="what"/> while it runs.</param>
    /// <param name="succeeded">Tells from the result whether all went well; without it, only an exception is a failure.</param>
    public async Task<T> ShowAsync<T>(string what, Func<IProgress<string>, Task<T>> work, Func<T, bool>? succeeded = null)
    {
        var started = time.GetTimestamp();
        var latest = new Latest(what, animate ? null : output);
        if (!animate) output.WriteLine($"  ... {what}");
        try
        {
            var running = work(latest);
            for (var tick = 0; await Task.WhenAny(running, Task.Delay(animate ? Frame : Line, time)) != running; tick++)
            {
                if (animate) output.Write($"\r  {Frames[tick % Frames.Length]}   {latest.Text} ({Seconds(started, "0")} s){Clear}");
                else output.WriteLine($"  ... {latest.Text} ({Seconds(started, "0")} s)");
            }

            var result = await running;
            End(succeeded is null || succeeded(result) ? "ok " : "no ", what, started);
            return result;
        }
        catch
        {
            End("no ", what, started);
            throw;
        }
    }

    private void End(string mark, string what, long started) =>
        output.WriteLine($"{(animate ? "\r" : "")}  {mark} {what} ({Seconds(started, "0.0")} s){(animate ? Clear : "")}");

    private string Seconds(long started, string format) =>
        time.GetElapsedTime(started).TotalSeconds.ToString(format, CultureInfo.InvariantCulture);

    private sealed class Latest(string text, TextWriter? lines) : IProgress<string>
    {
        public string Text { get; private set; } = text;

        public void Report(string value)
        {
            Text = value;
            lines?.WriteLine($"  ... {value}");
        }
    }
}
