using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparrowFunctions.Results;

namespace SparrowFunctions.Callbacks;

/// <summary>How callbacks are written: what travels, and the message that makes it travel.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CallbackMessage))]
internal sealed partial class CallbackJson : JsonSerializerContext;

/// <summary>How the body of a callback is written: on one line, with any Unicode as it is.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(CallbackBody))]
internal sealed partial class CallbackBodyJson : JsonSerializerContext
{
    public static CallbackBodyJson Compact { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter() },
    });
}
