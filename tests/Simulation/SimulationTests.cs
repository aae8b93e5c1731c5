using System.Collections.Concurrent;
using System.Globalization;
using SparrowFunctions.Tests.Simulation.Scenario;

namespace SparrowFunctions.Tests.Simulation;

/// <summary>
/// The whole pipeline over thousands of seeds, each a different story of kills, pauses, outages, faults, doubled and shuffled messages.
/// <c>SIM_SEED=123</c> replays one; <c>SIM_SEEDS=50</c> runs so many, <c>SOAK=1</c> ten times the usual; <c>SIM_FIRST=1</c> ends with the first that fails.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Usual = 2_000;
    private const int Long = 20_000;

    [Fact]
    public void Every_seed_keeps_every_promise()
    {
        if (Environment.GetEnvironmentVariable("SIM_SEED") is { Length: > 0 } chosen)
        {
            var verdict = SimRun.Run(int.Parse(chosen, CultureInfo.InvariantCulture));
            output.WriteLine(verdict.Report(int.MaxValue));
            verdict.Problems.ShouldBeEmpty();
            return;
        }

        var failed = RunAll(Enumerable.Range(1, Environment.GetEnvironmentVariable("SIM_SEEDS") is { Length: > 0 } count
            ? int.Parse(count, CultureInfo.InvariantCulture)
            : Environment.GetEnvironmentVariable("SOAK") == "1" ? Long : Usual));
        failed.ShouldBeEmpty(string.Join(Environment.NewLine, failed.Take(3).Select(verdict => verdict.Report())));
    }

    [Fact]
    public void Without_trouble_every_prompt_is_asked_once_and_answered()
    {
        foreach (var seed in Enumerable.Range(1, 100))
        {
            var verdict = SimRun.Run(seed, new SimOptions { Calm = true });
            verdict.Problems.ShouldBeEmpty(verdict.Report());
        }
    }

    [Fact]
    public void Two_runs_of_a_seed_tell_the_same_story()
    {
        foreach (var seed in Enumerable.Range(1, 25))
        {
            var (first, second) = (SimRun.Run(seed), SimRun.Run(seed));
            var difference = first.Trace.Zip(second.Trace).FirstOrDefault(lines => lines.First != lines.Second);
            second.Hash.ShouldBe(first.Hash, $"Seed {seed} parts at: {difference.First} | {difference.Second}");
        }
    }

    private List<SimVerdict> RunAll(IEnumerable<int> seeds)
    {
        var endsWithFirst = Environment.GetEnvironmentVariable("SIM_FIRST") == "1";
        var queue = new ConcurrentQueue<int>(seeds);
        var verdicts = new ConcurrentBag<SimVerdict>();
        var threads = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(_ => new Thread(() =>
        {
            while (queue.TryDequeue(out var seed))
            {
                var verdict = SimRun.Run(seed);
                verdicts.Add(verdict.Passed ? verdict with { Trace = [] } : verdict);
                if (endsWithFirst && !verdict.Passed)
                    queue.Clear();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{verdicts.Count} seeds, {verdicts.Sum(verdict => verdict.Calls)} calls, {verdicts.Sum(verdict => verdict.Deaths)} deaths, {verdicts.Sum(verdict => verdict.Steps)} steps, {verdicts.Count(verdict => !verdict.Passed)} failed"));
        var failed = verdicts.Where(verdict => !verdict.Passed).OrderBy(verdict => verdict.Seed).ToList();
        foreach (var kind in failed.SelectMany(verdict => verdict.Kinds.Select(kind => (kind, verdict.Seed))).GroupBy(one => one.kind, one => one.Seed).OrderByDescending(kind => kind.Count()))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind.Count()} x {kind.Key}, first seeds {string.Join(' ', kind.Take(5))}"));
        return failed;
    }
}
