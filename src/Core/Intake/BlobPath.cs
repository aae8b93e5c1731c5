using System.Diagnostics.CodeAnalysis;

namespace SparrowFunctions.Intake;

/// <summary>A blob of this account, written <c>container/path</c>.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="Path">The blob's name inside it; may hold slashes and any Unicode.</param>
public readonly record struct BlobPath(string Container, string Path)
{
    /// <summary>Longest blob name that storage takes, in characters.</summary>
    public const int MaxPathLength = 1024;

    /// <summary>Reads <c>container/path</c>; says what is wrong when it is none.</summary>
    /// <param name="text">What the sender wrote.</param>
    /// <param name="path">The path, when there is one.</param>
    /// <param name="problem">What is wrong, when there is none.</param>
    public static bool TryParse(string text, out BlobPath path, [NotNullWhen(false)] out string? problem)
    {
        path = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1)
        {
            problem = "is not of the form container/path.";
            return false;
        }

        var (container, name) = (text[..slash], text[(slash + 1)..]);
        problem = ContainerProblem(container) ?? NameProblem(name);
        if (problem is not null)
            return false;

        path = new BlobPath(container, name);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Container}/{Path}";

    private static string? ContainerProblem(string container)
    {
        var wellFormed = container.Length is >= 3 and <= 63
            && container.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && container[0] != '-' && container[^1] != '-' && !container.Contains("--", StringComparison.Ordinal);
        return wellFormed || container.StartsWith('$') ? null : "names no valid container (3 to 63 of a-z, 0-9 and single dashes).";
    }

    private static string? NameProblem(string name)
    {
        if (name.Length > MaxPathLength)
            return $"is longer than {MaxPathLength} characters.";
        if (name.Any(char.IsControl))
            return "holds control characters.";
        return Array.Exists(name.Split('/'), segment => segment is "." or "..") ? "holds a . or .. segment." : null;
    }
}
