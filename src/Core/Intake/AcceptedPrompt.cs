namespace SparrowFunctions.Intake;

/// <summary>A prompt that was taken in: what the sender wrote, and the blobs it names as they were at that moment.</summary>
/// <param name="Prompt">The prompt's fields.</param>
/// <param name="TextBlob">The blob of <see cref="Prompt.TextBlob"/>.</param>
/// <param name="Files">The blobs of <see cref="Prompt.Files"/>, in that order.</param>
public sealed record AcceptedPrompt(Prompt Prompt, BlobVersion? TextBlob, IReadOnlyList<BlobVersion> Files);
