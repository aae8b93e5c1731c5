using Azure;
using Azure.Data.Tables;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs.Gates;

/// <summary>The gate of one Sparrow key, as its row in table <c>gates</c> has it: while it is closed, all instances keep their jobs and call nothing.</summary>
public sealed record Gate
{
    /// <summary>The one partition: there is one gate a key.</summary>
    public const string PartitionKey = "gates";

    /// <summary>Why it is closed; null while it is open.</summary>
    public FailureKind? Kind { get; init; }

    /// <summary>The same in words.</summary>
    public string? Reason { get; init; }

    /// <summary>When it closed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When the next probe may be made.</summary>
    public DateTimeOffset ProbeAt { get; init; }

    /// <summary>How long after a failed probe the next one is made.</summary>
    public TimeSpan ProbeInterval { get; init; }

    /// <summary>The job whose call is the probe under way; null when none is.</summary>
    public string? Prober { get; init; }

    /// <summary>Until when that probe is waited for: a prober that died must not keep the gate shut.</summary>
    public DateTimeOffset ProbeUntil { get; init; }

    /// <summary>Whether an operator holds all calls back.</summary>
    public bool Paused { get; init; }

    /// <summary>Why, in the operator's words.</summary>
    public string? PauseReason { get; init; }

    /// <summary>The row's version; default when there is no row yet.</summary>
    public ETag ETag { get; init; }

    /// <summary>Whether calls may be made.</summary>
    public bool IsOpen => Kind is null && !Paused;

    internal TableEntity Write(string key, string write) => new(PartitionKey, key)
    {
        ["Kind"] = Kind?.Name() ?? "",
        ["Reason"] = Reason ?? "",
        ["ClosedAt"] = ClosedAt,
        ["ProbeAt"] = ProbeAt,
        ["ProbeSeconds"] = ProbeInterval.TotalSeconds,
        ["Prober"] = Prober ?? "",
        ["ProbeUntil"] = ProbeUntil,
        ["Paused"] = Paused,
        ["PauseReason"] = PauseReason ?? "",
        [JobRow.WriteColumn] = write,
    };

    internal static Gate Read(TableEntity row) => new()
    {
        Kind = FailureKinds.Parse(Text(row, "Kind")),
        Reason = Text(row, "Reason"),
        ClosedAt = row.GetDateTimeOffset("ClosedAt"),
        ProbeAt = row.GetDateTimeOffset("ProbeAt") ?? default,
        ProbeInterval = TimeSpan.FromSeconds(row.GetDouble("ProbeSeconds") ?? 0),
        Prober = Text(row, "Prober"),
        ProbeUntil = row.GetDateTimeOffset("ProbeUntil") ?? default,
        Paused = row.GetBoolean("Paused") ?? false,
        PauseReason = Text(row, "PauseReason"),
        ETag = row.ETag,
    };

    private static string? Text(TableEntity row, string column) => row.GetString(column) is { Length: > 0 } text ? text : null;
}
