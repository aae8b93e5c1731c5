namespace SparrowFunctions.Intake.Hooks;

/// <summary>Shortens text without tearing a character apart.</summary>
internal static class TextCut
{
    /// <summary>The first characters of a text, one fewer where the last would be half of a pair.</summary>
    public static string Head(string text, int length)
    {
        if (text.Length <= length)
            return text;
        return length > 0 && char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
    }

    /// <summary>The text, or its beginning and a mark that says how much there was.</summary>
    public static string Marked(string text, int length) =>
        text.Length <= length ? text : Head(text, length) + Mark(length, text.Length);

    /// <summary>The mark of a cut.</summary>
    public static string Mark(int kept, int length) => $"… [cut: {kept} of {length} characters]";
}
