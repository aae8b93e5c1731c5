using static System.Buffers.Binary.BinaryPrimitives;

namespace SparrowFunctions.Files.Headers;

/// <summary>The headers of PNG, JPEG, GIF, WebP and BMP. Every read is checked against the length: cut and random bytes have no size.</summary>
internal static class ImageHeader
{
    private const int PngLength = 24;
    private const int GifLength = 10;
    private const int WebpLength = 30;
    private const int BmpLength = 26;

    /// <summary>The type by the signature, null where there is none.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> data) => data switch
    {
        _ when IsPng(data) => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        _ when data.StartsWith("GIF87a"u8) || data.StartsWith("GIF89a"u8) => "image/gif",
        _ when data.Length >= 12 && data.StartsWith("RIFF"u8) && data[8..].StartsWith("WEBP"u8) => "image/webp",
        _ when IsBmp(data) => "image/bmp",
        _ => null,
    };

    /// <summary>The size, null where the header is cut short or says nonsense.</summary>
    public static ImageSize? SizeOf(ReadOnlySpan<byte> data) => TypeOf(data) switch
    {
        "image/png" when data.Length >= PngLength && data[12..].StartsWith("IHDR"u8) => Size(ReadUInt32BigEndian(data[16..]), ReadUInt32BigEndian(data[20..])),
        "image/gif" when data.Length >= GifLength => Size(ReadUInt16LittleEndian(data[6..]), ReadUInt16LittleEndian(data[8..])),
        "image/bmp" when data.Length >= BmpLength => Bmp(data),
        "image/webp" when data.Length >= WebpLength => Webp(data),
        "image/jpeg" => JpegHeader.SizeOf(data),
        _ => null,
    };

    /// <summary>A size of numbers as read; null where one is 0 or no format could mean it.</summary>
    internal static ImageSize? Size(long width, long height) =>
        width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue ? new ImageSize((int)width, (int)height) : null;

    private static bool IsPng(ReadOnlySpan<byte> data) => data is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..];

    // Two letters are too few to go by: the length of the header that follows must be one that exists
    private static bool IsBmp(ReadOnlySpan<byte> data) =>
        data.Length >= 18 && data.StartsWith("BM"u8) && ReadUInt32LittleEndian(data[14..]) is 12 or 40 or 52 or 56 or 64 or 108 or 124;

    // The oldest header has 16 bits a side; in the others a negative height means that the rows come from the top
    private static ImageSize? Bmp(ReadOnlySpan<byte> data) => ReadUInt32LittleEndian(data[14..]) == 12
        ? Size(ReadUInt16LittleEndian(data[18..]), ReadUInt16LittleEndian(data[20..]))
        : Size(ReadInt32LittleEndian(data[18..]), Math.Abs((long)ReadInt32LittleEndian(data[22..])));

    private static ImageSize? Webp(ReadOnlySpan<byte> data)
    {
        var chunk = data[12..];
        if (chunk.StartsWith("VP8X"u8))
            return Size(1 + UInt24(data[24..]), 1 + UInt24(data[27..]));
        if (chunk.StartsWith("VP8 "u8) && data[23..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
            return Size(ReadUInt16LittleEndian(data[26..]) & 0x3FFF, ReadUInt16LittleEndian(data[28..]) & 0x3FFF);
        if (!chunk.StartsWith("VP8L"u8) || data[20] != 0x2F)
            return null;
        var bits = ReadUInt32LittleEndian(data[21..]);
        return Size(1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF));
    }

    private static int UInt24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
