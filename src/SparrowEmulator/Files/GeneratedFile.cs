using System.Security.Cryptography;
using SparrowEmulator.Answers;
using SparrowEmulator.Calls;

namespace SparrowEmulator.Files;

/// <summary>A file that an answer has made.</summary>
/// <param name="Id">Its id, <c>file-…</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="ContentType">Its type.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="NameForm">How its address writes the name.</param>
/// <param name="Fetchable">False for the code interpreter's files of a chat with history off.</param>
/// <param name="Size">How large it is; its bytes are repeated up to there.</param>
internal sealed record GeneratedFile(string Id, string Name, string ContentType, byte[] Bytes, NameForm NameForm, bool Fetchable, long Size)
{
    private readonly Lazy<string> _sha256 = new(() => Hash(Bytes, Size));

    /// <summary>The file as the ledger shows it.</summary>
    public CallFile ToCallFile() => new(Id, Name, Size, _sha256.Value, ContentType);

    private static string Hash(byte[] bytes, long size)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = RepeatedBytes.Block(bytes, size);
        for (var left = size; left > 0; left -= block.Length)
            sha256.AppendData(block.AsSpan(0, (int)Math.Min(left, block.Length)));
        return Convert.ToHexStringLower(sha256.GetHashAndReset());
    }
}
