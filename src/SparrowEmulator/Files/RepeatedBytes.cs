namespace SparrowEmulator.Files;

/// <summary>Bytes that are repeated to make a large file out of few.</summary>
internal static class RepeatedBytes
{
    private const int BlockSize = 64 * 1024;

    /// <summary>The bytes so many times over that they can be written in large pieces; as they are where no repetition is needed.</summary>
    public static byte[] Block(byte[] bytes, long size)
    {
        if (size <= bytes.Length) return bytes;
        var block = new byte[bytes.Length * Math.Max(1, BlockSize / bytes.Length)];
        for (var at = 0; at < block.Length; at += bytes.Length) bytes.CopyTo(block, at);
        return block;
    }
}
