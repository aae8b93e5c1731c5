using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparrowFunctions.Intake.Dropped;

/// <summary>
/// Something that happened to a blob, as queue <c>drop-events</c> or the platform's queue of poisoned blobs tells it. Read are the event of
/// Event Grid in its own schema and as a CloudEvent, and the platform's message; plain or as base64. Pure.
/// </summary>
/// <param name="Container">The blob's container.</param>
/// <param name="Name">The blob's name.</param>
/// <param name="ETag">The version it is about, quoted as in a header; null when it does not say.</param>
/// <param name="IsArrival">Whether there is something to look at; a deletion is none.</param>
public sealed record DropEvent(string Container, string Name, string? ETag, bool IsArrival)
{
    private const string Created = "Microsoft.Storage.BlobCreated";
    private const string Renamed = "Microsoft.Storage.BlobRenamed";
    private const string Poisoned = "BlobTrigger";
    private const string ContainersPart = "/containers/";
    private const string BlobsPart = "/blobs/";

    /// <summary>Reads a message's text; null when it tells of no blob.</summary>
    public static DropEvent? Read(string text)
    {
        var message = MessageText.Read(text);
        if (message.Rejection is not null || !message.IsJson)
            return null;

        try
        {
            using var json = JsonDocument.Parse(message.Text);
            var body = json.RootElement;
            return Text(body, "Type") == Poisoned
                ? Of(Text(body, "ContainerName"), Text(body, "BlobName"), Text(body, "ETag"), isArrival: true)
                : OfSubject(body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text by which the app itself asks for a version to be looked at, in the shape of Event Grid's own.</summary>
    public static string Write(string container, string name, string? etag) => new JsonObject
    {
        ["eventType"] = Created,
        ["subject"] = $"/blobServices/default{ContainersPart}{container}{BlobsPart}{name}",
        ["data"] = etag is null ? new JsonObject() : new JsonObject { ["eTag"] = etag },
    }.ToJsonString();

    private static DropEvent? OfSubject(JsonElement body)
    {
        var type = Text(body, "eventType") ?? Text(body, "type");
        if (type is null || Text(body, "subject") is not { } subject)
            return null;

        var container = subject.IndexOf(ContainersPart, StringComparison.Ordinal);
        var blob = container < 0 ? -1 : subject.IndexOf(BlobsPart, container, StringComparison.Ordinal);
        return blob < 0
            ? null
            : Of(
                subject[(container + ContainersPart.Length)..blob],
                subject[(blob + BlobsPart.Length)..],
                body.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? Text(data, "eTag") : null,
                type is Created or Renamed);
    }

    private static DropEvent? Of(string? container, string? name, string? etag, bool isArrival) =>
        string.IsNullOrEmpty(container) || string.IsNullOrEmpty(name)
            ? null
            : new DropEvent(container, name, string.IsNullOrEmpty(etag) ? null : DroppedFile.Quoted(etag), isArrival);

    private static string? Text(JsonElement body, string field) =>
        body.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
