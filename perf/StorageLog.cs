using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>Azurite's access log as it grows. Reading it is no storage operation, so a run can be watched without being disturbed.</summary>
internal sealed class StorageLog(string path)
{
    // What an idle host does, too
    private const string Receive = ": receive";

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly List<StorageOperation> _operations = [];
    private long _read;
    private string _rest = "";

    /// <summary>Where the log stands now; give it to <see cref="Since"/>.</summary>
    public int Mark()
    {
        Read();
        return _operations.Count;
    }

    /// <summary>The operations since a mark.</summary>
    public IReadOnlyList<StorageOperation> Since(int mark)
    {
        Read();
        return _operations[mark..];
    }

    /// <summary>Waits until so many results were written since a mark and nothing but empty looks at queues has followed for a second.</summary>
    public Task UntilDoneAsync(int mark, int results, CancellationToken cancellationToken) => UntilDoneAsync(mark, results, TimeSpan.FromMinutes(5), cancellationToken);

    /// <inheritdoc cref="UntilDoneAsync(int, int, CancellationToken)"/>
    /// <param name="mark">Where to count from.</param>
    /// <param name="results">How many.</param>
    /// <param name="limit">How long to wait for the results at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task UntilDoneAsync(int mark, int results, TimeSpan limit, CancellationToken cancellationToken)
    {
        await Waiting.UntilAsync($"{results} results are written", () => Results(mark) >= results, limit, cancellationToken);
        var quiet = TimeProvider.System.GetTimestamp();
        var seen = Busy(mark);
        await Waiting.UntilAsync(
            "the work has settled",
            () =>
            {
                var busy = Busy(mark);
                if (busy != seen) (seen, quiet) = (busy, TimeProvider.System.GetTimestamp());
                return TimeProvider.System.GetElapsedTime(quiet) > Quiet;
            },
            TimeSpan.FromMinutes(1),
            cancellationToken);
    }

    /// <summary>Waits until a job's result is written.</summary>
    public Task UntilDoneAsync(int mark, string jobId, CancellationToken cancellationToken) => Waiting.UntilAsync(
        $"job {jobId} has a result",
        () => Since(mark).Any(operation => operation.Succeeded && operation.Path == $"results/{jobId}/result.json"),
        TimeSpan.FromMinutes(1),
        cancellationToken);

    private int Results(int mark) => Since(mark).Count(operation => operation.Name.EndsWith("result.json: put", StringComparison.Ordinal));

    private int Busy(int mark) => Since(mark).Count(operation => !operation.Name.EndsWith(Receive, StringComparison.Ordinal));

    private void Read()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _read;
        using var reader = new StreamReader(file);
        var text = _rest + reader.ReadToEnd();
        _read = file.Position;
        var lines = text.Split('\n');
        _rest = lines[^1];
        _operations.AddRange(lines[..^1].Select(StorageOperation.Parse).OfType<StorageOperation>());
    }
}
