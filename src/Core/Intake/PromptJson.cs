using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparrowFunctions.Intake;

/// <summary>How an accepted prompt is kept in the ledger.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AcceptedPrompt))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class PromptJson : JsonSerializerContext;
