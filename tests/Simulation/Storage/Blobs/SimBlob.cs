using Azure;

namespace SparrowFunctions.Tests.Simulation.Storage.Blobs;

/// <summary>A blob as the service holds it.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ETag">Its version.</param>
/// <param name="ContentType">The header.</param>
/// <param name="Metadata">Its metadata.</param>
/// <param name="LastModified">When it was written.</param>
internal sealed record SimBlob(byte[] Content, ETag ETag, string ContentType, IDictionary<string, string> Metadata, DateTimeOffset LastModified)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Content);
}
