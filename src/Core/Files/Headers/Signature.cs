namespace SparrowFunctions.Files.Headers;

/// <summary>The first bytes by which files other than images are known.</summary>
/// <param name="MediaType">The type they stand for.</param>
/// <param name="IsContainer">Whether they are those of a wrapping only.</param>
internal sealed record Signature(string MediaType, bool IsContainer = false)
{
    /// <summary>What a file without a known name is that is no text.</summary>
    public const string Unknown = "application/octet-stream";

    /// <summary>The type of an executable of any system.</summary>
    public const string Executable = "application/x-executable";

    private static readonly Signature Zip = new("application/zip", IsContainer: true);
    private static readonly Signature Ole = new("application/x-ole-storage", IsContainer: true);

    /// <summary>The signature at the beginning of some bytes; null where none is known.</summary>
    public static Signature? Of(ReadOnlySpan<byte> data) => data switch
    {
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => new Signature("application/pdf"),
        [(byte)'P', (byte)'K', 0x03, 0x04, ..] or [(byte)'P', (byte)'K', 0x05, 0x06, ..] or [(byte)'P', (byte)'K', 0x07, 0x08, ..] => Zip,
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Ole,
        [0x1F, 0x8B, 0x08, ..] => new Signature("application/gzip", IsContainer: true),
        [(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, 0x07, ..] => new Signature("application/vnd.rar"),
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => new Signature("application/x-7z-compressed"),
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => new Signature(Executable),
        [0xFE, 0xED, 0xFA, 0xCE or 0xCF, ..] or [0xCE or 0xCF, 0xFA, 0xED, 0xFE, ..] => new Signature(Executable),
        [(byte)'M', (byte)'Z', ..] when data.Length >= 64 && data[..64].Contains((byte)0) => new Signature(Executable),
        _ => null,
    };
}
