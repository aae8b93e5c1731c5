namespace SparrowFunctions.Sparrow;

/// <summary>What a response says, picked out of its entries.</summary>
/// <param name="Text">The final answer, or null when no entry is one.</param>
/// <param name="ModelSlug">The model that says it answered, where told.</param>
/// <param name="FilePointers">Ids of files that entries point at (<c>file-…</c>), in order of appearance.</param>
/// <param name="InBandErrors">Errors inside the body; with an answer they are warnings, without one the call failed.</param>
public sealed record PickedAnswer(
    string? Text,
    string? ModelSlug,
    IReadOnlyList<string> FilePointers,
    IReadOnlyList<string> InBandErrors)
{
    /// <summary>The site that a GPT's action wants to call and asks consent for (empty when not named); null when nothing asks (inferred).</summary>
    public string? AsksConfirmationFor { get; init; }
}
