namespace SparrowFunctions.Sparrow;

/// <summary>The kinds' names as they stand in documents, tables and queries.</summary>
public static class FailureKinds
{
    /// <summary>The public name of a kind, for example <c>slow down</c>.</summary>
    public static string Name(this FailureKind kind) => kind switch
    {
        FailureKind.Rejected => "rejected",
        FailureKind.Gate => "gate",
        FailureKind.Outage => "outage",
        FailureKind.SlowDown => "slow down",
        FailureKind.Transient => "transient",
        FailureKind.Ambiguous => "ambiguous",
        FailureKind.WrongModel => "wrong model",
        FailureKind.Empty => "empty",
        FailureKind.Session => "session",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of failure."),
    };
}
