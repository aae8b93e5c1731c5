using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Web;

/// <summary>The texts that ask for the next page of a list: a place, sealed so that only this app makes them, and good only for the list they came from.</summary>
public sealed class Continuation(IOptions<SparrowOptions> options)
{
    private const int SealLength = 12;

    // All instances have the key; nothing but the seal is made of it
    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes($"continuation\n{options.Value.ApiKey}"));

    /// <summary>Seals a place.</summary>
    /// <param name="place">The place; null where there is no next page.</param>
    /// <param name="list">The list with its filters.</param>
    public string? Write(string? place, string list)
    {
        if (place is null)
            return null;
        var text = Encoding.UTF8.GetBytes(place);
        return Base64Url.EncodeToString([.. Seal(text, list), .. text]);
    }

    /// <summary>Reads a place back.</summary>
    public bool TryRead(string text, string list, [NotNullWhen(true)] out string? place)
    {
        place = null;
        if (!Base64Url.IsValid(text) || Base64Url.DecodeFromChars(text) is not { Length: > SealLength } sealedPlace)
            return false;
        var content = sealedPlace.AsSpan(SealLength);
        if (!CryptographicOperations.FixedTimeEquals(sealedPlace.AsSpan(0, SealLength), Seal(content, list)))
            return false;
        place = Encoding.UTF8.GetString(content);
        return true;
    }

    private byte[] Seal(ReadOnlySpan<byte> text, string list)
    {
        byte[] all = [.. Encoding.UTF8.GetBytes(list), 0, .. text];
        return HMACSHA256.HashData(_key, all)[..SealLength];
    }
}
