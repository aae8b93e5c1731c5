namespace SparrowFunctions.Results;

/// <summary>A response that was stored and not yet made into a result.</summary>
/// <param name="Response">The response as received, JSON.</param>
/// <param name="Attempt">The number of the attempt that brought it.</param>
public sealed record StoredAnswer(string Response, int Attempt);
