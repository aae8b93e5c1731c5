using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparrowFunctions.Jobs.Batching;

namespace SparrowFunctions.Results.Batching;

/// <summary>What is told of a batch while it runs and when it has ended: <c>results/batches/{name}.summary.json</c>. The order of fields is part of it.</summary>
public sealed record BatchSummary
{
    /// <summary>The batch's name: its file's path without <c>.jsonl</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>running</c>; <c>done</c> when every row has its place in the output; <c>stopped</c> when the file was deleted before, or the output took no more.</summary>
    public required string State { get; init; }

    /// <summary>Why the output does not have all rows, where it is not that the file was deleted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The version (ETag) of the file that this tells of.</summary>
    public required string Input { get; init; }

    /// <summary>Where the rows lie with their answers, as container/path.</summary>
    public required string Output { get; init; }

    /// <summary>Rows taken in so far; all rows of the file when <see cref="IsRead"/>.</summary>
    public long Rows { get; init; }

    /// <summary>Whether the whole file was taken in.</summary>
    public bool IsRead { get; init; }

    /// <summary>Rows in the output that were answered in full.</summary>
    public long Succeeded { get; init; }

    /// <summary>Rows in the output that were not.</summary>
    public long Failed { get; init; }

    /// <summary>Rows that are under way.</summary>
    public long UnderWay { get; init; }

    /// <summary>Rows that have ended and wait for those before them: the output is in the order of the file.</summary>
    public long Ended { get; init; }

    /// <summary>How many rows failed of each kind.</summary>
    public IReadOnlyDictionary<string, long> Kinds { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>The first rows that failed, 20 at most.</summary>
    public IReadOnlyList<BatchFailure> Failures { get; init; } = [];

    /// <summary>Calls made for the rows in the output, those of earlier runs of the batch included.</summary>
    public long Calls { get; init; }

    /// <summary>How many of them may have cost points although nothing usable came of them.</summary>
    public long PossiblyBilled { get; init; }

    /// <summary>When this run began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When this was written.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the run ended; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The summary of a batch's state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="output">Where its rows lie.</param>
    /// <param name="now">The time.</param>
    public static BatchSummary Of(BatchState state, string output, DateTimeOffset now) => new()
    {
        Name = state.Name,
        State = state.EndedAt is null ? "running" : state.IsStopped ? "stopped" : "done",
        Reason = state.FullAt is { } line
            ? $"The output takes no more: a blob has room for {BatchPace.MostAppends} appends. Rows from line {line} on are not in it; those that were asked lie with their jobs, and no more of the file was taken in. Put the rest into a file of another name."
            : null,
        Input = state.Input,
        Output = output,
        Rows = state.Succeeded + state.Failed + state.Rows.Count,
        IsRead = state.IsRead,
        Succeeded = state.Succeeded,
        Failed = state.Failed,
        UnderWay = state.UnderWay,
        Ended = state.Rows.Count - state.UnderWay,
        Kinds = state.Kinds,
        Failures = state.Failures,
        Calls = state.Calls,
        PossiblyBilled = state.PossiblyBilled,
        StartedAt = state.StartedAt,
        UpdatedAt = now,
        EndedAt = state.EndedAt,
    };
}

/// <summary>How summaries of batches are written and read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(BatchSummary))]
public sealed partial class BatchSummaryJson : JsonSerializerContext
{
    /// <summary>With any Unicode as it is: summaries are read by people too.</summary>
    public static BatchSummaryJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter() },
    });
}
