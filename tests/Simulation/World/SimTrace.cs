using System.Globalization;

namespace SparrowFunctions.Tests.Simulation.World;

/// <summary>What happened, line by line. Two runs of one seed must have the same <see cref="Hash"/>.</summary>
internal sealed class SimTrace
{
    private const int Kept = 20_000;

    private readonly Queue<string> _lines = new();

    /// <summary>FNV-1a of every line so far.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037;

    public int Count { get; private set; }

    public void Add(TimeSpan at, string line)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{at:hh\\:mm\\:ss\\.ffff} {line}");
        foreach (var character in text)
            Hash = unchecked((Hash ^ character) * 1099511628211);
        Count++;
        _lines.Enqueue(text);
        if (_lines.Count > Kept)
            _lines.Dequeue();
    }

    public IEnumerable<string> Last(int count) => _lines.Skip(Math.Max(0, _lines.Count - count));

    /// <summary>The lines that hold any of the words: the story of one job among all.</summary>
    public IEnumerable<string> About(IReadOnlyCollection<string> words) =>
        _lines.Where(line => words.Any(word => line.Contains(word, StringComparison.Ordinal)));
}
