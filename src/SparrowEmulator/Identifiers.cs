using System.Security.Cryptography;

namespace SparrowEmulator;

/// <summary>Ids in the shapes of the vendor's samples, never the same twice, restarts included.</summary>
internal static class Identifiers
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A message or conversation id: a random UUID.</summary>
    public static string Uuid()
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes).ToString();
    }

    /// <summary>A file's id: <c>file-</c> and 24 letters.</summary>
    public static string File() => "file-" + RandomNumberGenerator.GetString(Letters, 24);

    /// <summary>The id of a conversation that so far holds only uploads: <c>internal:</c> (or <c>internal-</c>) and 22 letters.</summary>
    public static string Internal(string separator) => $"internal{separator}{RandomNumberGenerator.GetString(Letters, 22)}";
}
