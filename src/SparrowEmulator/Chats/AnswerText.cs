using System.Globalization;
using System.Text;
using SparrowEmulator.Files;

namespace SparrowEmulator.Chats;

/// <summary>What the emulator says: the same to the same question.</summary>
internal static class AnswerText
{
    private const string Sandbox = "sandbox:/mnt/data/";

    /// <summary>Names the files that came with the question and the files made, and ends with the whole question in quotes.</summary>
    public static string Standard(ChatCall chat, string modelSlug, IReadOnlyList<StoredUpload> attached, IReadOnlyList<GeneratedFile> made)
    {
        var text = new StringBuilder($"The Sparrow emulator answers as {modelSlug}.");
        if (chat.Texts.Count > 1) text.Append(CultureInfo.InvariantCulture, $" It was sent {chat.Texts.Count} messages.");
        text.Append("\n\n");
        if (attached.Count > 0)
        {
            text.Append("Files attached:\n");
            foreach (var file in attached) text.Append(CultureInfo.InvariantCulture, $"- {file.Name} ({file.Size} bytes, sha256 {file.Sha256})\n");
            text.Append('\n');
        }

        if (made.Count > 0) text.Append(Links(made)).Append("\n\n");
        return text.Append(CultureInfo.InvariantCulture, $"You said: \"{chat.Prompt}\"").ToString();
    }

    /// <summary>A given text; links to the files made follow when it has none of its own.</summary>
    public static string Given(string text, IReadOnlyList<GeneratedFile> made) =>
        made.Count == 0 || text.Contains(Sandbox, StringComparison.Ordinal) ? text : $"{text}\n\n{Links(made)}";

    private static string Links(IEnumerable<GeneratedFile> made) =>
        string.Join('\n', made.Select(file => $"[Download {Label(file.Name)}]({Sandbox}{Target(file.Name)})"));

    // Brackets would end the label, and blanks and parentheses the target; all else stands as a model writes it.
    private static string Label(string name) => name.Replace("[", "(", StringComparison.Ordinal).Replace("]", ")", StringComparison.Ordinal);

    private static string Target(string name)
    {
        var target = new StringBuilder();
        foreach (var c in name)
        {
            if (c is ' ' or '(' or ')' or '<' or '>' or '%' || char.IsControl(c)) target.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
            else target.Append(c);
        }

        return target.ToString();
    }
}
