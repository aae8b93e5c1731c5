namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>What came of a sample.</summary>
/// <param name="Problem">What is not as it should be, as a sentence; null when all is well.</param>
/// <param name="Answer">The answer's text; null when there is none.</param>
/// <param name="Blobs">Where it lies, as container/path.</param>
public sealed record DemoOutcome(string? Problem, string? Answer, IReadOnlyList<string> Blobs)
{
    /// <summary>What else is worth seeing, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>True when nothing is wrong.</summary>
    public bool Succeeded => Problem is null;

    /// <summary>Nothing came, or the wrong thing.</summary>
    public static DemoOutcome Failed(string problem) => new(problem, null, []);
}
