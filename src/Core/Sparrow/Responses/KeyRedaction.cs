using System.Text.Json;

namespace SparrowFunctions.Sparrow.Responses;

/// <summary>Strikes the key out of text that came from outside, in every form an error body may echo it.</summary>
internal static class KeyRedaction
{
    private const string Replacement = "[key]";
    private const int ShortestPiece = 8;

    // Anything shorter is a placeholder of a test, and would be found inside ordinary words.
    private const int ShortestKey = 4;

    /// <summary>The text without the key; a text cut in the middle of the key loses the piece at its end too.</summary>
    public static string Apply(string text, string? key)
    {
        if (key is null || key.Length < ShortestKey || text.Length == 0) return text;
        foreach (var form in Forms(key).Distinct(StringComparer.Ordinal))
        {
            text = text.Replace(form, Replacement, StringComparison.OrdinalIgnoreCase);
            text = WithoutCutEnd(text, form);
        }

        return text;
    }

    private static IEnumerable<string> Forms(string key)
    {
        yield return key;
        yield return Uri.EscapeDataString(key);
        yield return JsonEncodedText.Encode(key).ToString();
        yield return key.Replace("/", "\\/", StringComparison.Ordinal);
        yield return System.Net.WebUtility.HtmlEncode(key);
        yield return Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(key));
    }

    private static string WithoutCutEnd(string text, string form)
    {
        for (var length = Math.Min(form.Length - 1, text.Length); length >= ShortestPiece; length--)
        {
            if (text.AsSpan(text.Length - length).Equals(form.AsSpan(0, length), StringComparison.OrdinalIgnoreCase)) return text[..^length] + Replacement;
        }

        return text;
    }
}
