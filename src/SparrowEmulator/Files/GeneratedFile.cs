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
internal sealed record GeneratedFile(string Id, string Name, string ContentType, byte[] Bytes, NameForm NameForm, bool Fetchable)
{
    /// <summary>The file as the ledger shows it.</summary>
    public CallFile ToCallFile() => new(Id, Name, Bytes.Length, Convert.ToHexStringLower(SHA256.HashData(Bytes)), ContentType);
}
