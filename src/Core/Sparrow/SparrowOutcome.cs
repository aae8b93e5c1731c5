using System.Diagnostics.CodeAnalysis;

namespace SparrowFunctions.Sparrow;

/// <summary>What came of a call: a value or an error, never both. Exceptions are left for bugs and for cancellation by the caller.</summary>
/// <typeparam name="T">What a good answer is read into.</typeparam>
public sealed class SparrowOutcome<T>
    where T : class
{
    private SparrowOutcome(T? value, SparrowError? error) => (Value, Error) = (value, error);

    /// <summary>The answer, when there is one.</summary>
    public T? Value { get; }

    /// <summary>The error, when there is no answer.</summary>
    public SparrowError? Error { get; }

    /// <summary>Whether there is an answer.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Value is not null;

    /// <summary>What the requests before this last one failed with, when the call was repeated at once; empty as a rule.</summary>
    public IReadOnlyList<SparrowError> EarlierErrors { get; private init; } = [];

    /// <summary>How many requests were made.</summary>
    public int Tries => EarlierErrors.Count + 1;

    /// <summary>The same outcome, with the failures that went before it.</summary>
    public SparrowOutcome<T> After(IReadOnlyList<SparrowError> earlierErrors) =>
        new(Value, Error is null ? null : Error with { Tries = earlierErrors.Count + 1 }) { EarlierErrors = earlierErrors };

    /// <summary>An answer.</summary>
    public static implicit operator SparrowOutcome<T>(T value) => new(value, null);

    /// <summary>An error.</summary>
    public static implicit operator SparrowOutcome<T>(SparrowError error) => new(null, error);
}
