using System.Text;

namespace SparrowFunctions.Intake;

/// <summary>What a queue message's text turns out to be.</summary>
/// <param name="Text">The text, decoded and stripped; meaningless when rejected.</param>
/// <param name="IsJson">Whether it is meant as JSON (it begins with a brace).</param>
/// <param name="Rejection">Why it can't be read, if it can't.</param>
public readonly record struct MessageText(string Text, bool IsJson, Rejection? Rejection)
{
    /// <summary>Base64 of fewer characters that decodes to no text is taken for a word, not for a mistake.</summary>
    public const int ShortestSuspect = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Finds out whether a message is JSON, base64 of either, or a bare prompt.</summary>
    /// <param name="raw">The message's body as the queue gave it.</param>
    public static MessageText Read(string raw)
    {
        var text = Strip(raw);
        while (text.Length > 0 && text[0] != '{' && DecodeCanonical(text) is { } bytes)
        {
            if (DecodeText(bytes) is { } decoded)
                text = Strip(decoded);
            else if (text.Length >= ShortestSuspect)
                return new(text, false, NotText);
            else
                break;
        }

        return text.Length == 0 ? new(text, false, Empty) : new(text, text[0] == '{', null);
    }

    private static Rejection NotText { get; } = new(
        "", "The message is base64 of something that is not UTF-8 text.", "Encode the prompt as UTF-8 before base64, or send it as plain text.");

    private static Rejection Empty { get; } = new(
        "", "The message is empty.", "Send the prompt as text, or JSON with a prompt field.");

    private static string Strip(string text) => text.Trim().TrimStart('\uFEFF').Trim();

    private static byte[]? DecodeCanonical(string text)
    {
        if (text.Length % 4 != 0)
            return null;

        var bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out var written)
            && string.Equals(Convert.ToBase64String(bytes, 0, written), text, StringComparison.Ordinal)
            ? bytes[..written]
            : null;
    }

    private static string? DecodeText(byte[] bytes)
    {
        try
        {
            var text = StrictUtf8.GetString(bytes);
            return text.Any(c => char.IsControl(c) && c is not ('\t' or '\n' or '\r')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
