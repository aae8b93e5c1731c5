using System.Buffers.Binary;

namespace SparrowFunctions.Files.Headers;

/// <summary>Finds the frame of a JPEG, which stands behind segments of any number and length.</summary>
internal static class JpegHeader
{
    /// <summary>The size, or null where the frame lies beyond the bytes at hand or the segments lead nowhere.</summary>
    public static ImageSize? SizeOf(ReadOnlySpan<byte> data)
    {
        for (var at = 2; at + 9 <= data.Length && data[at] == 0xFF;)
        {
            var marker = data[at + 1];
            if (IsFrame(marker))
                return ImageHeader.Size(BinaryPrimitives.ReadUInt16BigEndian(data[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(data[(at + 5)..]));

            // A run of FF is filling, and a few markers stand alone; every other one tells its segment's length
            if (marker == 0xFF)
                at++;
            else if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
                at += 2;
            else if (marker is 0x00 or 0xD8 or 0xD9 or 0xDA || BinaryPrimitives.ReadUInt16BigEndian(data[(at + 2)..]) is var length && length < 2)
                return null;
            else
                at += 2 + length;
        }

        return null;
    }

    // SOF0 to SOF15, without the three of their row that mean something else
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
