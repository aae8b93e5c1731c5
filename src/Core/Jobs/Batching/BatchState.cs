using System.Text.Json.Serialization;
using Azure;

namespace SparrowFunctions.Jobs.Batching;

/// <summary>
/// Where a run of a batch stands: how far its file was taken in, which rows are under way, how far its output was written. Changed only on the
/// condition that nobody else changed it, so that two coordinators can't both go on.
/// </summary>
public sealed record BatchState
{
    /// <summary>Most failed rows that are told of by line and reason.</summary>
    public const int MaxFailuresTold = 20;

    /// <summary>The batch's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of its file that this run reads.</summary>
    public required string Input { get; init; }

    /// <summary>The number of the step that comes next.</summary>
    public required int Tick { get; init; }

    /// <summary>When this run began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether its file was deleted: nothing more is taken in, what is under way comes to its end.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Whether the whole file was taken in.</summary>
    public bool IsRead { get; init; }

    /// <summary>Where the next line to be taken in begins, in bytes.</summary>
    public long Offset { get; init; }

    /// <summary>The number of that line.</summary>
    public long Line { get; init; } = 1;

    /// <summary>The rows that were taken in and not yet gathered, in order.</summary>
    public IReadOnlyList<BatchRowState> Rows { get; init; } = [];

    /// <summary>The version of the output after the last row that is counted; null before the first.</summary>
    public string? OutputVersion { get; init; }

    /// <summary>The output's length then, in bytes.</summary>
    public long OutputLength { get; init; }

    /// <summary>How many appends it has had by then.</summary>
    public int Appends { get; init; }

    /// <summary>The line of the first row that it had no room for; null while it has.</summary>
    public long? FullAt { get; init; }

    /// <summary>How many of the next rows are in the output already: a step wrote them and died before it could say so.</summary>
    public int WrittenAhead { get; init; }

    /// <summary>When rows were last gathered.</summary>
    public DateTimeOffset GatheredAt { get; init; }

    /// <summary>The pause before the next step, in seconds.</summary>
    public double Pause { get; init; } = BatchPace.ShortestPause;

    /// <summary>Rows gathered that were answered in full.</summary>
    public long Succeeded { get; init; }

    /// <summary>Rows gathered that were not.</summary>
    public long Failed { get; init; }

    /// <summary>How many rows failed of each kind.</summary>
    public IReadOnlyDictionary<string, long> Kinds { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Calls made for the rows gathered, those of earlier runs included.</summary>
    public long Calls { get; init; }

    /// <summary>How many of them may have cost points although nothing usable came of them.</summary>
    public long PossiblyBilled { get; init; }

    /// <summary>The first rows that failed.</summary>
    public IReadOnlyList<BatchFailure> Failures { get; init; } = [];

    /// <summary>The stored state's version; default when it was never stored.</summary>
    [JsonIgnore]
    public ETag ETag { get; init; }

    /// <summary>How many rows are under way.</summary>
    [JsonIgnore]
    public int UnderWay => Rows.Count(static row => !row.Ended);

    /// <summary>A new run.</summary>
    /// <param name="name">The batch's name.</param>
    /// <param name="input">The version of its file.</param>
    /// <param name="before">The state of the run before, which it takes the place of; null for the first.</param>
    /// <param name="now">The time.</param>
    public static BatchState Begin(string name, string input, BatchState? before, DateTimeOffset now) => new()
    {
        Name = name,
        Input = input,
        Tick = (before?.Tick ?? 0) + 1,

        // Never before the run that it takes the place of, whatever this instance's clock says: the later run's summary stands
        StartedAt = before?.StartedAt > now ? before.StartedAt : now,
        ETag = before?.ETag ?? default,
    };
}

/// <summary>A row under way. The names of its fields are short, since there may be thousands.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Offset">Where that begins, in bytes.</param>
/// <param name="Asks">How many asks it has; 0 for a row that was rejected.</param>
public sealed record BatchRowState(
    [property: JsonPropertyName("l")] long Line,
    [property: JsonPropertyName("o")] long Offset,
    [property: JsonPropertyName("n")] int Asks)
{
    /// <summary>The row's own id; null when it has none.</summary>
    [JsonPropertyName("i")]
    public string? Id { get; init; }

    /// <summary>Its hash, of which its jobs' ids are made; null for a row that was rejected.</summary>
    [JsonPropertyName("h")]
    public string? Hash { get; init; }

    /// <summary>Whether all has come of it that will.</summary>
    [JsonPropertyName("e")]
    public bool Ended { get; init; }

    /// <summary>When to look at it even though nobody said that it ended.</summary>
    [JsonPropertyName("a")]
    public DateTimeOffset? LookAt { get; init; }

    /// <summary>Why it was rejected, if it was.</summary>
    [JsonPropertyName("p")]
    public string? Problem { get; init; }
}

/// <summary>A row that failed.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Id">Its own id, where it has one.</param>
/// <param name="Kind">The kind of failure.</param>
/// <param name="Reason">The same in words.</param>
public sealed record BatchFailure(long Line, string? Id, string Kind, string Reason);
