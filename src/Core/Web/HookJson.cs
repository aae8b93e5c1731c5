using System.Text.Json.Serialization;

namespace SparrowFunctions.Web;

/// <summary>How answers in a chat are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChatReply))]
internal sealed partial class HookJson : JsonSerializerContext;

/// <summary>What the sender of a delivery learns of its job.</summary>
internal sealed record HookReceipt(string Id, string State, string? Conversation);

/// <summary>What Slack shows to the user of a slash command.</summary>
/// <param name="ResponseType">ephemeral: to nobody else.</param>
/// <param name="Text">The text.</param>
internal sealed record ChatReply([property: JsonPropertyName("response_type")] string ResponseType, string Text);
