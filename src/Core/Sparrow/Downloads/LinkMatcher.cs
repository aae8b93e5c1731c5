using System.Text;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>
/// Turns the answer's links to files of the model's machine (<c>sandbox:/mnt/data/x.csv</c>), of the vendor's store (<c>file-service://file-ID</c>) and
/// to the addresses that were fetched into links to the stored files. Matching is by name, by the id in the download's path, or by the whole address;
/// nothing is guessed.
/// </summary>
public static partial class LinkMatcher
{
    /// <summary>Rewrites link and image targets, reference definitions, autolinks, HTML attributes and bare addresses; code is left as it is.</summary>
    public static LinkedAnswer Rewrite(string text, IReadOnlyList<SavedFile> files)
    {
        try
        {
            var matches = new Matches(files);
            var rewritten = Targets().Replace(text, match =>
                match.Groups["bare"].Success ? Bare(match.Value, matches)
                : match.Groups["target"] is { Success: true } target && matches.Find(target.Value) is { } file
                    ? match.Groups["before"].Value + Encoded(file.Path) + match.Groups["after"].Value
                    : match.Value);
            return new LinkedAnswer(rewritten, matches.Unlinked, matches.Missing);
        }
        catch (RegexMatchTimeoutException)
        {
            return new LinkedAnswer(text, files, []); // an answer is never lost for its links
        }
    }

    /// <summary>The file that a pointer of an entry (<c>file-ID</c>) means, or null.</summary>
    public static SavedFile? FileOf(string fileId, IEnumerable<SavedFile> files) => files.FirstOrDefault(file => HasId(file.Url, fileId));

    /// <summary>Whether the path of an address holds a file's id.</summary>
    internal static bool HasId(string url, string id) =>
        id.Length > 0
        && DownloadUrl.Parse(url, out _) is { } address
        && address.AbsolutePath.Split('/').Any(segment => segment == id || (segment.StartsWith(id, StringComparison.Ordinal) && segment[id.Length] is '.' or '?'));

    private static string Encoded(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    // An address in running text becomes a link; signs that end a sentence belong to the text where the file is found without them
    private static string Bare(string address, Matches matches)
    {
        for (var end = address.Length; end > 0; end--)
        {
            if (matches.Find(address[..end], isSure: false) is { } file)
                return $"[{Label(file)}]({Encoded(file.Path)}){address[end..]}";
            if (!".,;:!?*_~'".Contains(address[end - 1], StringComparison.Ordinal))
                break;
        }

        return address;
    }

    private static string Label(SavedFile file) => file.Path[(file.Path.LastIndexOf('/') + 1)..].Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    // In this order: code (kept), <target>, (target) up to its closing bracket, reference definitions, HTML attributes, bare addresses.
    [GeneratedRegex("""
        ^(?<fence>`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\k<fence>[`~]*[ \t]*$|\z)
        |(?<ticks>`+)(?!`)[^\n]*?(?<!`)\k<ticks>(?!`)
        |(?<before>\]\(\s*)<(?<target>(?:sandbox:|file-service:/|https?:/)/[^<>\n]*)>(?<after>)
        |(?<before><)(?<target>(?:sandbox:|file-service:/|https?:/)/[^<>\s]*)(?<after>>)
        |(?<before>\]\(\s*)(?<target>(?:sandbox:|file-service:/|https?:/)/(?:[^()\n"]|\([^()\n]*\))*?)(?<after>\s*(?:"[^"\n]*"\s*)?\))
        |(?<before>^[ ]{0,3}\[[^\]\n]+\]:[ \t]*)(?<target>(?:sandbox:|file-service:/|https?:/)/[^\s]*)(?<after>)
        |(?<before>\b(?:src|href)=["'])(?<target>(?:sandbox:|file-service:/|https?:/)/[^"'<>\n]*)(?<after>["'])
        |(?<bare>(?<![\w\[/])(?<!\]\(\s*<?)(?:sandbox:|https?:/)/[^\s<>()\[\]"`|]+)(?!\]\()
        """, RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex Targets();

    private sealed class Matches(IReadOnlyList<SavedFile> files)
    {
        private readonly Dictionary<string, SavedFile?> _byTarget = new(StringComparer.Ordinal);
        private readonly HashSet<int> _used = [];

        public IReadOnlyList<SavedFile> Unlinked => [.. files.Where((_, index) => !_used.Contains(index))];

        public List<string> Missing { get; } = [];

        // The same target is the same file; two targets of one name are two files, in order. A target that is not surely one is not missing either.
        public SavedFile? Find(string target, bool isSure = true)
        {
            if (target.StartsWith("http", StringComparison.OrdinalIgnoreCase)) return ByAddress(target);

            var key = Uri.UnescapeDataString(target);
            if (_byTarget.TryGetValue(key, out var known)) return known;
            var index = Index(target);
            if (index >= 0) _used.Add(index);
            else if (isSure) Missing.Add(target);
            else return null;
            return _byTarget[key] = index >= 0 ? files[index] : null;
        }

        private SavedFile? ByAddress(string target)
        {
            var address = DownloadUrl.Unescape(target);
            for (var i = 0; i < files.Count; i++)
            {
                if (DownloadUrl.Unescape(files[i].Url.Trim()) != address) continue;
                _used.Add(i);
                return files[i];
            }

            return null;
        }

        private int Index(string target)
        {
            const string store = "file-service://";
            if (target.StartsWith(store, StringComparison.OrdinalIgnoreCase)) return First(file => HasId(file.Url, target[store.Length..]));

            var name = target[(target.LastIndexOf('/') + 1)..];
            var decoded = Uri.UnescapeDataString(name);
            string[] wanted = [name, decoded, SafeFileName.Make(decoded)];
            var index = Named(wanted, file => [file.Name, file.Path[(file.Path.LastIndexOf('/') + 1)..]]);

            // A name that its address encoded twice has kept one encoding
            return index >= 0 ? index : Named(wanted, file => [Uri.UnescapeDataString(file.Name)]);
        }

        private int Named(string[] wanted, Func<SavedFile, string[]> namesOf)
        {
            foreach (var comparison in new[] { StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase })
            {
                foreach (var name in wanted)
                {
                    var index = First(file => namesOf(file).Any(own => Same(own, name, comparison)));
                    if (index >= 0) return index;
                }
            }

            return -1;
        }

        private int First(Func<SavedFile, bool> fits)
        {
            for (var i = 0; i < files.Count; i++)
            {
                if (!_used.Contains(i) && fits(files[i])) return i;
            }

            return -1;
        }

        private static bool Same(string one, string other, StringComparison comparison) => Composed(one).Equals(Composed(other), comparison);

        private static string Composed(string text)
        {
            try
            {
                return text.Normalize(NormalizationForm.FormC);
            }
            catch (ArgumentException)
            {
                return text; // half a surrogate pair: compared as it is
            }
        }
    }
}
