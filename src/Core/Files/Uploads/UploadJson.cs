using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparrowFunctions.Files.Uploads;

/// <summary>Reads what Sparrow returned of a file, back from its row.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class UploadJson : JsonSerializerContext;
