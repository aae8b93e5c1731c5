using System.Buffers.Binary;

namespace SparrowEmulator.Files;

/// <summary>Type, width and height of an image, read from its first bytes.</summary>
/// <param name="MimeType">image/png, image/gif, image/jpeg or image/webp.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
internal sealed record ImageHeader(string MimeType, int Width, int Height)
{
    /// <summary>How many bytes at most are looked at: a JPEG may carry long metadata before its frame.</summary>
    public const int Reach = 256 * 1024;

    /// <summary>Reads the header; null when it is none of the four or cut short.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> data) => Png(data) ?? Gif(data) ?? Webp(data) ?? Jpeg(data);

    private static ImageHeader? Png(ReadOnlySpan<byte> d) =>
        d.Length >= 24 && d[0] == 0x89 && d[1..].StartsWith("PNG\r\n\x1a\n"u8)
            ? new ImageHeader("image/png", BinaryPrimitives.ReadInt32BigEndian(d[16..]), BinaryPrimitives.ReadInt32BigEndian(d[20..]))
            : null;

    private static ImageHeader? Gif(ReadOnlySpan<byte> d) =>
        d.Length >= 10 && (d.StartsWith("GIF87a"u8) || d.StartsWith("GIF89a"u8))
            ? new ImageHeader("image/gif", BinaryPrimitives.ReadUInt16LittleEndian(d[6..]), BinaryPrimitives.ReadUInt16LittleEndian(d[8..]))
            : null;

    private static ImageHeader? Webp(ReadOnlySpan<byte> d)
    {
        if (d.Length < 30 || !d.StartsWith("RIFF"u8) || !d[8..].StartsWith("WEBP"u8)) return null;
        var chunk = d[12..];
        if (chunk.StartsWith("VP8X"u8)) return new ImageHeader("image/webp", 1 + UInt24(d[24..]), 1 + UInt24(d[27..]));
        if (chunk.StartsWith("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(d[21..]);
            return new ImageHeader("image/webp", 1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }

        return chunk.StartsWith("VP8 "u8)
            ? new ImageHeader("image/webp", BinaryPrimitives.ReadUInt16LittleEndian(d[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(d[28..]) & 0x3FFF)
            : null;
    }

    private static ImageHeader? Jpeg(ReadOnlySpan<byte> d)
    {
        if (d.Length < 4 || d[0] != 0xFF || d[1] != 0xD8) return null;
        for (var at = 2; at + 9 <= d.Length && d[at] == 0xFF;)
        {
            var marker = d[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            // The start-of-frame markers, without the three of their row that mean something else.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return new ImageHeader("image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(d[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(d[(at + 5)..]));
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(d[(at + 2)..]);
        }

        return null;
    }

    private static int UInt24(ReadOnlySpan<byte> d) => d[0] | (d[1] << 8) | (d[2] << 16);
}
