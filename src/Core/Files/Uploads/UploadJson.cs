using System.Text.Json;
using System.Text.Json.Serialization;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Files.Uploads;

/// <summary>Reads what Sparrow returned of a file, back from its row.</summary>
[JsonSourceGenerationOptions(MaxDepth = JsonText.MaxDocumentDepth)]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class UploadJson : JsonSerializerContext;
