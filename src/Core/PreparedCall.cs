using SparrowFunctions.Sparrow;

namespace SparrowFunctions;

/// <summary>A request that is ready to leave.</summary>
/// <param name="Request">The request.</param>
/// <param name="Rebuilt">Whether it begins a conversation anew from its stored turns.</param>
public sealed record PreparedCall(ChatRequest Request, bool Rebuilt);
