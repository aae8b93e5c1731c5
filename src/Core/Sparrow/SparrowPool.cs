namespace SparrowFunctions.Sparrow;

/// <summary>The free host's answer about its pool. Its shape is in no source.</summary>
/// <param name="Count">The number in it, where there is one to be found.</param>
/// <param name="Raw">The body as received.</param>
public sealed record SparrowPool(int? Count, string Raw);
