using System.Globalization;
using Microsoft.Extensions.Configuration;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Tests.Simulation.Host;
using SparrowFunctions.Tests.Simulation.Scenario;
using SparrowFunctions.Tests.Simulation.Sparrow;
using SparrowFunctions.Tests.Simulation.Storage;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation;

/// <summary>A lone prompt beside much else, by the world's own clock: its call begins within two call-times, whatever waits.</summary>
public sealed class FairnessTests : IDisposable
{
    private static readonly TimeSpan CallTime = TimeSpan.FromMinutes(2);

    private readonly SimWorld _world = new(1);
    private readonly SimStorage _storage;
    private readonly SimSparrow _sparrow;

    public FairnessTests()
    {
        _storage = new SimStorage(_world);
        _sparrow = new SimSparrow(_world, _storage.Network, new TimeSpan(0, 8, 30)) { Faults = SparrowFaults.None with { LongestAnswer = CallTime } };
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Beside_a_thousand_parked_turns()
    {
        StartHost(callsAtOnce: 4);
        for (var turn = 2; turn <= 1001; turn++)
            Send(new SimPrompt { Mark = Mark(turn), Id = $"turn-{turn}", Conversation = "long", Turn = turn, SentAt = [] });
        Until("all are parked", () => _storage.Queue(StorageNames.PromptsQueue).Messages.Count == 0);
        _sparrow.Calls.ShouldBeEmpty();
        Send(new SimPrompt { Mark = Mark(1), Id = "turn-1", Conversation = "long", Turn = 1, SentAt = [] });
        Until("the turns are under way", () => _sparrow.Calls.Count >= 3);

        ShouldStartWithinTwoCallTimes();
        _sparrow.Calls.Count(call => call.Mark != Mark(0)).ShouldBeLessThan(1001, "the lone prompt did not wait for all of them");
    }

    [Fact]
    public void Beside_a_flood_of_retries_that_fall_due_together()
    {
        StartHost(callsAtOnce: 8);
        _sparrow.Faults = _sparrow.Faults with { Transient = 1 };
        for (var n = 1; n <= 500; n++)
            Send(new SimPrompt { Mark = Mark(n), Id = $"flood-{n}", SentAt = [] });
        Until("all have failed once", () => _storage.Queue(StorageNames.PromptsQueue).Messages.Count == 0);
        _sparrow.Faults = _sparrow.Faults with { Transient = 0 };
        var before = _sparrow.Calls.Count;
        Until("the retries are under way", () => _sparrow.Calls.Count >= before + 16);

        ShouldStartWithinTwoCallTimes();
        _sparrow.Calls.Count(call => call.Answer is not null).ShouldBeLessThan(250, "the lone prompt did not wait for all of them");
    }

    private void ShouldStartWithinTwoCallTimes()
    {
        var sent = _world.Elapsed;
        Send(new SimPrompt { Mark = Mark(0), Id = "lone", SentAt = [] });
        Until("the lone prompt is called", () => _sparrow.Calls.Any(call => call.Mark == Mark(0)));
        (_world.Elapsed - sent).ShouldBeLessThan(2 * CallTime);
    }

    private void StartHost(int callsAtOnce)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["Sparrow:ApiKey"] = "sim-key",
            ["Sparrow:CallRetries"] = "0",
            ["Sparrow:MaxConcurrency:Standard"] = callsAtOnce.ToString(CultureInfo.InvariantCulture),
        }).Build();
        new SimHost(_world.NewProcess("w1"), _storage, _sparrow, configuration, new SimHostOptions { BatchSize = 32 }, (_, why) => _world.Fail(why)).Start();
    }

    private void Send(SimPrompt prompt) => _storage.Queue(StorageNames.PromptsQueue).Send(prompt.Json(), null);

    private void Until(string what, Func<bool> done) => _world.Run(done, _world.Elapsed + TimeSpan.FromHours(12)).ShouldBeTrue(what);

    private static string Mark(int number) => string.Create(CultureInfo.InvariantCulture, $"[q{number}]");
}
