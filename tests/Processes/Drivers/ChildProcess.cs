using System.Globalization;
using System.Text.RegularExpressions;
using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>
/// A .NET program in a process of its own, to be killed, frozen or stopped at will. It hangs on a lifeline: it goes with this process,
/// however this one ends.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    // The lifeline starts a shell that becomes the program, so that the number it tells is the program's own
    private const string Become = """cd "$0" && echo "pid $$" && exec "$@" """;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(10);

    private readonly TaskCompletionSource<int> _id = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _lines = [];
    private readonly List<(DateTimeOffset From, DateTimeOffset Until)> _silences = [];
    private LifelineProcess _process = null!;
    private DateTimeOffset _frozenAt;

    private ChildProcess()
    {
    }

    /// <summary>The program's own process id.</summary>
    public int Id { get; private set; }

    /// <summary>Completes when it has ended.</summary>
    public Task Exited => _process.Exited;

    /// <summary>When it was killed, asked to stop, or stood still.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> Silences
    {
        get
        {
            lock (_silences) return [.. _silences];
        }
    }

    /// <summary>What it wrote so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="node">The Node.js that holds the lifeline.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="program">The path of its assembly.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables in addition to ours.</param>
    public static async Task<ChildProcess> StartAsync(
        NodeRuntime node, string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var child = new ChildProcess();
        child._process = LifelineProcess.Start(node, new LifelineCommand("/bin/sh", ["-c", Become, folder, DotnetHost.Executable, program, .. arguments])
        {
            Environment = environment,
            OnLine = child.Read,
        });
        child.Id = await child._id.Task.WaitAsync(StartLimit, TimeProvider.System);
        return child;
    }

    /// <summary>Waits for a line of its output.</summary>
    /// <param name="line">What the line looks like.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">It ended before it wrote one.</exception>
    /// <exception cref="TimeoutException">It wrote none in time.</exception>
    public async Task<Match> LineAsync(Regex line, CancellationToken cancellationToken)
    {
        Match? found = null;
        await Waiting.UntilAsync(
            $"'{line}' is written",
            () =>
            {
                found = Lines.Select(each => line.Match(each)).FirstOrDefault(match => match.Success);
                if (found is null && Exited.IsCompleted)
                    throw new InvalidOperationException($"The program ended right after its start: {string.Join(Environment.NewLine, Lines.TakeLast(20))}");
                return found is not null;
            },
            StartLimit,
            cancellationToken);
        return found!;
    }

    /// <summary>Ends it as the machine's death would, and returns when it is gone.</summary>
    public async Task KillAsync()
    {
        var killedAt = Now();
        await SignalAsync("KILL");
        await Exited;
        Note(killedAt);
    }

    /// <summary>Asks it to stop, as the platform does, and returns when it is gone.</summary>
    /// <param name="meanwhile">What is done when it has been asked.</param>
    /// <returns>How long it took.</returns>
    /// <exception cref="TimeoutException">It never ends.</exception>
    public async Task<TimeSpan> TerminateAsync(Func<Task>? meanwhile = null)
    {
        var (asked, askedAt) = (TimeProvider.System.GetTimestamp(), Now());
        await SignalAsync("TERM");
        if (meanwhile is not null) await meanwhile();
        await Exited.WaitAsync(StopLimit, TimeProvider.System);
        Note(askedAt);
        return TimeProvider.System.GetElapsedTime(asked);
    }

    /// <summary>Stops its clock: it neither runs nor ends.</summary>
    public Task FreezeAsync()
    {
        _frozenAt = Now();
        return SignalAsync("STOP");
    }

    /// <summary>Lets a frozen one go on as if nothing had been.</summary>
    public async Task ThawAsync()
    {
        await SignalAsync("CONT");
        Note(_frozenAt);
    }

    /// <summary>Ends it if it still runs; frozen ones too.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted) await SignalAsync("KILL");
        await _process.DisposeAsync();
    }

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    private void Note(DateTimeOffset from)
    {
        lock (_silences) _silences.Add((from, Now()));
    }

    private Task SignalAsync(string signal) => ProcessSignal.SendAsync(Id, signal);

    private void Read(string line)
    {
        lock (_lines) _lines.Add(line);
        if (!_id.Task.IsCompleted && ProcessId().Match(line) is { Success: true } id)
            _id.TrySetResult(int.Parse(id.Groups["id"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^pid (?<id>\d+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ProcessId();
}
