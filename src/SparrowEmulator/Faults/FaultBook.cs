using SparrowEmulator.Calls;

namespace SparrowEmulator.Faults;

/// <summary>The faults in force, in the order they were given.</summary>
internal sealed class FaultBook
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Adds rules behind those there are.</summary>
    public void Add(IEnumerable<FaultRule> rules)
    {
        lock (_gate) _entries.AddRange(rules.Select(rule => new Entry(rule)));
    }

    /// <summary>
    /// The fault that strikes this call, or null. Every rule counts the calls it covers, also those that an earlier rule takes;
    /// the first that is due wins.
    /// </summary>
    public Fault? Strike(CallKind kind, string path, string? prompt)
    {
        lock (_gate)
        {
            Fault? struck = null;
            foreach (var entry in _entries)
            {
                if (!entry.Rule.Match.Covers(kind, path, prompt)) continue;
                entry.Seen++;
                if (struck is not null || entry.Seen < (entry.Rule.Match.Nth ?? 1)) continue;
                if (entry.Rule.Times != -1 && entry.Struck >= entry.Rule.Times) continue;
                entry.Struck++;
                struck = entry.Rule.Fault;
            }

            return struck;
        }
    }

    /// <summary>The rules as they were given, spent ones included.</summary>
    public IReadOnlyList<FaultRule> Snapshot()
    {
        lock (_gate) return _entries.ConvertAll(entry => entry.Rule);
    }

    /// <summary>Forgets all rules.</summary>
    public void Clear()
    {
        lock (_gate) _entries.Clear();
    }

    private sealed class Entry(FaultRule rule)
    {
        public FaultRule Rule { get; } = rule;

        public int Seen { get; set; }

        public int Struck { get; set; }
    }
}
