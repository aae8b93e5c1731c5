using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace SparrowFunctions.LocalHost.Host.Blobs;

/// <summary>
/// A blob path with tokens, such as <c>drop/{name}</c>. A token stands for any text, '/' included; of several, the first takes
/// as much as it can (certain: the platform captures greedily).
/// </summary>
internal sealed partial class BlobPathPattern
{
    private readonly Regex? _names;

    private BlobPathPattern(string container, string name)
    {
        Container = container;
        if (name.Length == 0)
        {
            return;
        }

        var tokens = new List<string>();
        var pattern = new StringBuilder("^");
        var at = 0;
        foreach (Match token in Token().Matches(name))
        {
            // groups are numbered, since a token's name need not be fit for a group's
            pattern.Append(Regex.Escape(name[at..token.Index])).Append("(.*)");
            tokens.Add(token.Groups["name"].Value);
            at = token.Index + token.Length;
        }

        pattern.Append(Regex.Escape(name[at..])).Append('$');
        _names = new Regex(pattern.ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        TokenNames = tokens;
        Prefix = name.Split('{')[0];
    }

    /// <summary>The container's name.</summary>
    public string Container { get; }

    /// <summary>What all matching names begin with.</summary>
    public string Prefix { get; } = "";

    /// <summary>The tokens, in order.</summary>
    public IReadOnlyList<string> TokenNames { get; } = [];

    /// <summary>Reads a path. False when it has no valid container, an unclosed or a doubled token.</summary>
    public static bool TryParse(string path, [NotNullWhen(true)] out BlobPathPattern? pattern)
    {
        pattern = null;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (container, name) = slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
        if (!ContainerName().IsMatch(container) || Token().Replace(name, "").AsSpan().ContainsAny('{', '}'))
        {
            return false;
        }

        pattern = new BlobPathPattern(container, name);
        return pattern.TokenNames.Distinct(StringComparer.OrdinalIgnoreCase).Count() == pattern.TokenNames.Count;
    }

    /// <summary>What the tokens stand for in a blob's name, or null when the name does not match.</summary>
    public IReadOnlyDictionary<string, string?>? Match(string name)
    {
        var tokens = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (_names is null)
        {
            return tokens;
        }

        if (_names.Match(name) is not { Success: true } match)
        {
            return null;
        }

        for (var i = 0; i < TokenNames.Count; i++)
        {
            tokens[TokenNames[i]] = match.Groups[i + 1].Value;
        }

        return tokens;
    }

    [GeneratedRegex(@"\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();

    [GeneratedRegex(@"^(?:\$root|\$web|[a-z0-9](?:-?[a-z0-9]){2,62})$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ContainerName();
}
