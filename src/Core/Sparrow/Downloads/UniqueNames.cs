using System.Text;

namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>Gives every file of one job a name of its own; names that differ only in case count as the same.</summary>
public sealed class UniqueNames
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name itself, or the first free one of <c>name (2).ext</c>, <c>name (3).ext</c> …; it is taken from then on.</summary>
    public string Take(string safeName)
    {
        if (_taken.Add(safeName)) return safeName;
        var extension = Path.GetExtension(safeName);
        var stem = safeName[..^extension.Length];
        for (var number = 2; ; number++)
        {
            var suffix = $" ({number}){extension}";
            var candidate = Fit(stem, SafeFileName.LongestBytes - Encoding.UTF8.GetByteCount(suffix)) + suffix;
            if (_taken.Add(candidate)) return candidate;
        }
    }

    private static string Fit(string stem, int bytes)
    {
        var length = 0;
        foreach (var rune in stem.EnumerateRunes())
        {
            bytes -= rune.Utf8SequenceLength;
            if (bytes < 0) break;
            length += rune.Utf16SequenceLength;
        }

        return stem[..length];
    }
}
