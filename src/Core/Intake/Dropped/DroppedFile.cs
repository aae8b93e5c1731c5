using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SparrowFunctions.Intake.Dropped;

/// <summary>A version of a blob in container <c>drop</c>.</summary>
/// <param name="Name">Its name; may hold slashes and any Unicode.</param>
/// <param name="ETag">The version, quoted as in a header.</param>
/// <param name="ModifiedAt">When it was written, by storage's clock, in whole seconds.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="ContentType">The type it was stored with.</param>
/// <param name="IsFolder">Whether it only stands for a folder, as accounts with a hierarchical namespace have it.</param>
public sealed record DroppedFile(string Name, string ETag, DateTimeOffset ModifiedAt, long Size, string? ContentType, bool IsFolder)
{
    private const string Prefix = "drop-";

    /// <summary>The id of the one job of this version.</summary>
    public JobId Id => IdOf(Name, ETag);

    /// <summary>The same in 16 bytes.</summary>
    public UInt128 Key => KeyOf(Name, ETag);

    /// <summary>This version as a prompt's attachment.</summary>
    public BlobVersion Version => new(new BlobPath("drop", Name), ETag, Size, ContentType);

    /// <summary>The id of the job of a version: the same path and ETag always make the same job.</summary>
    public static JobId IdOf(string name, string etag) => JobId.Parse(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{KeyOf(name, etag):x32}"));

    /// <summary>An ETag quoted as in a header: listings and events give it bare.</summary>
    public static string Quoted(string etag) => $"\"{etag.Trim('"')}\"";

    private static UInt128 KeyOf(string name, string etag) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{etag}")));
}
