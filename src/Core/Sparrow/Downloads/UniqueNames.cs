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
        var (stem, extension) = SafeFileName.Split(safeName);
        for (var number = 2; ; number++)
        {
            var suffix = $" ({number}){extension}";
            var candidate = SafeFileName.Cut(stem, SafeFileName.LongestBytes - Encoding.UTF8.GetByteCount(suffix)) + suffix;
            if (_taken.Add(candidate)) return candidate;
        }
    }

    /// <summary>Gives a name back that came to nothing.</summary>
    public void Free(string name) => _taken.Remove(name);
}
