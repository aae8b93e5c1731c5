using System.Text.Json;

namespace SparrowFunctions.Sparrow;

/// <summary>A readable 200 of a chat route.</summary>
/// <param name="Raw">The response as received: nothing of it is thrown away.</param>
/// <param name="ConversationId">The real conversation id; replaces an upload's internal one.</param>
/// <param name="MessageId">The last assistant message's id: what the next turn names as its parent.</param>
/// <param name="Contents">The entries of <c>contents</c>, in order.</param>
/// <param name="Downloads">Ready addresses of generated files, as received (possibly HTML-escaped).</param>
public sealed record ChatResponse(
    JsonElement Raw,
    string? ConversationId,
    string? MessageId,
    IReadOnlyList<ContentEntry> Contents,
    IReadOnlyList<string> Downloads);
