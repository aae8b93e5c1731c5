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

    /// <summary>The kind of that name; null for none.</summary>
    /// <exception cref="FormatException">There is no such kind.</exception>
    public static FailureKind? Parse(string? name)
    {
        if (name is null)
            return null;
        foreach (var kind in Enum.GetValues<FailureKind>())
        {
            if (string.Equals(kind.Name(), name, StringComparison.Ordinal))
                return kind;
        }

        throw new FormatException($"'{name}' is not a kind of failure.");
    }
}
