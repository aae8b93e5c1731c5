using SparrowFunctions.Tests.Simulation.Scenario;

namespace SparrowFunctions.Tests.Simulation;

/// <summary>The judge is worth nothing if it lets a pipeline pass that has lost one of its safeties: each must fail within the first few thousand seeds.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int Seeds = 3000;

    public static TheoryData<string> Names => [.. Mutations.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_seed_notices_that(string safety)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var verdict = SimRun.Run(seed, new SimOptions { Mutation = Mutations.All[safety] });
            if (verdict.Passed)
                continue;
            output.WriteLine($"Seed {seed}: {verdict.Problems[0]}");
            return;
        }

        Assert.Fail($"{Seeds} seeds passed although {safety}.");
    }
}
