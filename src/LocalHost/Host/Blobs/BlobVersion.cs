using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;

namespace SparrowFunctions.LocalHost.Host.Blobs;

/// <summary>One content of one blob: what a blob function runs for once.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="Name">The blob's name.</param>
/// <param name="ETag">The content's ETag, quoted as in a header.</param>
/// <param name="Type">The kind of blob.</param>
internal sealed record BlobVersion(string Container, string Name, ETag ETag, BlobType Type)
{
    /// <summary>128 bits that stand for it, so that millions of them can be remembered and any name fits into a receipt's.</summary>
    public UInt128 Key { get; } = BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{Container}\n{Name}\n{ETag}")));

    /// <summary>Listings give ETags without their quotes (certain: seen on Azurite; documented for the service), headers with them.</summary>
    public static ETag Quoted(ETag etag) => new($"\"{etag.ToString().Trim('"')}\"");

    /// <summary>A key as it stands in a receipt's name.</summary>
    public static string Format(UInt128 key) => key.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Reads the end of a receipt's name.</summary>
    public static bool TryParseKey(ReadOnlySpan<char> text, out UInt128 key) =>
        UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key);
}
