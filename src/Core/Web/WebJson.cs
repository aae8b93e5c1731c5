using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparrowFunctions.Conversations;
using SparrowFunctions.Results;

namespace SparrowFunctions.Web;

/// <summary>How answers to requests are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(AcceptedChat))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(GateDocument))]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(SentAgain))]
[JsonSerializable(typeof(Transcript))]
internal sealed partial class WebJson : JsonSerializerContext
{
    /// <summary>With any Unicode as it is.</summary>
    public static WebJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter() },
    });
}
