namespace SparrowEmulator.Answers;

/// <summary>The answers to order, in the order they were given.</summary>
internal sealed class AnswerBook
{
    private readonly Lock _gate = new();
    private readonly List<AnswerRule> _rules = [];

    /// <summary>Adds rules behind those there are.</summary>
    public void Add(IEnumerable<AnswerRule> rules)
    {
        lock (_gate) _rules.AddRange(rules);
    }

    /// <summary>The first rule for this text, or null.</summary>
    public AnswerRule? Find(string prompt)
    {
        lock (_gate) return _rules.Find(rule => rule.PromptContains is null || prompt.Contains(rule.PromptContains, StringComparison.Ordinal));
    }

    /// <summary>The rules as they were given.</summary>
    public IReadOnlyList<AnswerRule> Snapshot()
    {
        lock (_gate) return [.. _rules];
    }

    /// <summary>Forgets all rules.</summary>
    public void Clear()
    {
        lock (_gate) _rules.Clear();
    }
}
