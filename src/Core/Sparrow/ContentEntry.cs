using System.Text.Json;

namespace SparrowFunctions.Sparrow;

/// <summary>One entry of <c>contents</c>. Certain for text messages; every other type is inferred from how ChatGPT's own backend behaves.</summary>
/// <param name="Message">The message, or null when the entry has none.</param>
/// <param name="Error">The entry's in-band error, or null.</param>
public sealed record ContentEntry(ContentMessage? Message, string? Error);

/// <summary>A message of an entry, as far as this product reads it.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Role">system, user, assistant or tool.</param>
/// <param name="Recipient">all, or the tool the message is meant for.</param>
/// <param name="EndTurn">True on the message that ends the turn.</param>
/// <param name="ContentType">text, multimodal_text, code, execution_output, … or one not known yet.</param>
/// <param name="Content">The whole <c>content</c> object.</param>
/// <param name="Metadata">The whole <c>metadata</c> object; undefined when absent.</param>
public sealed record ContentMessage(
    string? Id,
    string? Role,
    string? Recipient,
    bool? EndTurn,
    string? ContentType,
    JsonElement Content,
    JsonElement Metadata);
