namespace SparrowFunctions.Sparrow.Calls;

/// <summary>What one request came to: an error, or a success with its body.</summary>
/// <param name="Error">Why there is no success; null when there is one.</param>
/// <param name="Status">The status of a success.</param>
/// <param name="Text">The body of a success; empty when it was cut.</param>
/// <param name="Kept">The beginning of the body, without the key, for the record.</param>
/// <param name="Cut">Why the body is not whole, as a sentence; null when it is.</param>
internal sealed record CallAnswer(SparrowError? Error, int Status, string Text, string Kept, string? Cut)
{
    public static CallAnswer Of(SparrowError error) => new(error, error.Status ?? 0, "", "", Cut: null);
}
