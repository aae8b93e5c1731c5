using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparrowFunctions.LocalHost.Host.Blobs;

/// <summary>
/// What is put on <see cref="QueueName"/>, as base64 of JSON, for a blob that failed too often. Names and order of the fields are
/// the platform's (certain); that the ETag keeps its quotes is inferred.
/// </summary>
internal sealed record PoisonBlobMessage(string FunctionId, string BlobType, string ContainerName, string BlobName, string ETag)
{
    /// <summary>The queue of all blob triggers of the account.</summary>
    public const string QueueName = "webjobs-blobtrigger-poison";

    /// <summary>Always the same.</summary>
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "BlobTrigger";
}

[JsonSerializable(typeof(PoisonBlobMessage))]
internal sealed partial class BlobJsonContext : JsonSerializerContext
{
    /// <summary>Escapes no more than JSON asks for, as the platform does; the text goes to a queue, never into a page.</summary>
    public static BlobJsonContext Plain { get; } = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
