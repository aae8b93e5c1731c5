using System.Text.RegularExpressions;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>What came of a seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Problems">Every promise that was broken; none is a pass.</param>
/// <param name="Hash">Of the whole trace: two runs of a seed must have the same.</param>
/// <param name="Trace">The story, to read when there is a problem.</param>
/// <param name="Calls">How many chats Sparrow saw.</param>
/// <param name="Deaths">How many processes were killed.</param>
/// <param name="Steps">How many continuations ran.</param>
/// <param name="Time">How much virtual time went by.</param>
internal sealed partial record SimVerdict(
    int Seed, IReadOnlyList<string> Problems, ulong Hash, IReadOnlyList<string> Trace, int Calls, int Deaths, long Steps, TimeSpan Time)
{
    public bool Passed => Problems.Count == 0;

    /// <summary>What kinds of promise were broken, for counting: the problems without the names and numbers in them.</summary>
    public IEnumerable<string> Kinds => Problems
        .Select(problem => Particulars().Replace(problem.Split(':')[0], "…"))
        .Select(kind => kind.Length > 160 ? kind[..160] : kind)
        .Distinct(StringComparer.Ordinal);

    /// <summary>For whoever has to find out.</summary>
    public string Report(int lines = 80) => string.Join(
        Environment.NewLine,
        [$"Seed {Seed} (replay: SIM_SEED={Seed}):", .. Problems.Select(problem => $"  - {problem}"), "The end of its story:", .. Trace.Skip(Math.Max(0, Trace.Count - lines))]);

    [GeneratedRegex(@"\([^)]*\)|\[q\d+\]|job-\d+|[0-9a-f]{8}-[0-9a-f-]{27}|\d+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Particulars();
}
