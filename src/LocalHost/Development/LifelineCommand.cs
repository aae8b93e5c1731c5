namespace SparrowFunctions.LocalHost.Development;

/// <summary>What a <see cref="LifelineProcess"/> is to run.</summary>
/// <param name="File">The program; for a Node program the full path of its script.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record LifelineCommand(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>True when <see cref="File"/> is a Node script, which then runs inside the lifeline's own process.</summary>
    public bool IsScript { get; init; }

    /// <summary>Variables it gets in addition to ours.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>A file to which every line it writes is appended; null for none.</summary>
    public string? LogPath { get; init; }

    /// <summary>Told every line it writes, from the first on.</summary>
    public Action<string>? OnLine { get; init; }
}
