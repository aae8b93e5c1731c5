using System.Globalization;

namespace SparrowFunctions.Intake.Dropped;

/// <summary>The rules of names in container <c>drop</c>: which are analysed, where their prompt is looked for, where their outcome goes. Pure.</summary>
public static class DropPath
{
    /// <summary>The file that says what is asked about the files of its folder and of those below.</summary>
    public const string PromptFile = "_prompt.md";

    /// <summary>The marker that says that a folder of files which belong together is complete.</summary>
    public const string ReadyFile = "_ready";

    /// <summary>Longest name that is taken, in characters: room is left for the names of its outcome, <c>drop/{name}.files/{file}</c>.</summary>
    public const int MaxLength = 800;

    /// <summary>What keeps a blob of that name from being taken whatever it holds; null when nothing does.</summary>
    public static string? Problem(string name)
    {
        if (name.Length > MaxLength)
            return string.Create(CultureInfo.InvariantCulture, $"The name has {name.Length} characters; at most {MaxLength} are taken, since the names of its outcome are longer still. Shorten it.");
        if (name.Any(char.IsControl))
            return "The name holds control characters. Rename the file.";
        if (name.Contains('\\', StringComparison.Ordinal))
            return "The name holds a backslash, which clients take for a slash. Rename the file.";
        if (name.StartsWith('/') || name.Contains("//", StringComparison.Ordinal))
            return "The name has a folder without a name. Rename the file.";
        return Array.Exists(name.Split('/'), segment => segment is "." or "..")
            ? "The name has a . or .. as a folder or file, by which no client can address it without meaning another. Rename the file."
            : null;
    }

    /// <summary>Whether it is the marker of a folder.</summary>
    public static bool IsReady(string name) => FileName(name) == ReadyFile;

    /// <summary>Whether it is never analysed: its name begins with <c>_</c> or <c>.</c>, or it has none and only stands for a folder.</summary>
    public static bool IsPassedOver(string name) => FileName(name) is [] or ['_' or '.', ..];

    /// <summary>The folder it lies in, with its slash at the end; empty at the top.</summary>
    public static string Folder(string name) => name[..(name.LastIndexOf('/') + 1)];

    /// <summary>Where a prompt may stand for the files of a folder, the nearest first.</summary>
    public static IEnumerable<string> PromptFiles(string folder)
    {
        while (true)
        {
            yield return folder + PromptFile;
            if (folder.Length == 0)
                yield break;
            folder = Folder(folder[..^1]);
        }
    }

    /// <summary>Where its outcome goes in container <c>results</c>, without the ending: beside the file's own path; a marker stands for its folder.</summary>
    public static string Outcome(string name)
    {
        var folder = Folder(name);
        return IsReady(name) && folder.Length > 0 ? $"drop/{folder[..^1]}" : $"drop/{name}";
    }

    /// <summary>The file or folder as people call it in an outcome.</summary>
    public static string Title(string name) => IsReady(name) && Folder(name) is { Length: > 0 } folder ? folder : name;

    /// <summary>The files of a folder that belong together: all below it, but for those that a nearer prompt stands above.</summary>
    /// <param name="folder">The folder that was marked ready.</param>
    /// <param name="below">Everything that lies below it.</param>
    public static IReadOnlyList<DroppedFile> Together(string folder, IReadOnlyCollection<DroppedFile> below)
    {
        var ownPrompts = below.Where(file => FileName(file.Name) == PromptFile && Folder(file.Name) != folder).Select(file => Folder(file.Name)).ToHashSet(StringComparer.Ordinal);
        return [.. below
            .Where(file => !file.IsFolder && !IsPassedOver(file.Name) && !ownPrompts.Any(own => file.Name.StartsWith(own, StringComparison.Ordinal)))
            .OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    private static string FileName(string name) => name[(name.LastIndexOf('/') + 1)..];
}
