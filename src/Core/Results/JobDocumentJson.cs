using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Results;

/// <summary>How job documents are written and read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(JobDocument))]
public sealed partial class JobDocumentJson : JsonSerializerContext
{
    /// <summary>Indented and with any Unicode as it is: result.json is read by people too. As deep as the response in it may make it.</summary>
    public static JobDocumentJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        MaxDepth = JsonText.MaxDocumentDepth,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter() },
    });
}
