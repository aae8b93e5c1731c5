using System.Globalization;
using SparrowFunctions.Tests.Simulation.Sparrow;
using SparrowFunctions.Tests.Simulation.Storage;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>What a seed has in store: drawn before anything runs, so that the same seed means the same trouble.</summary>
internal sealed class SimScenario
{
    /// <summary>How long there is trouble; then faults cease and all must come to its end.</summary>
    public static readonly TimeSpan Trouble = TimeSpan.FromMinutes(15);

    private readonly SimRandom _random;

    public SimScenario(SimRandom random, SimOptions options)
    {
        _random = random;
        Processes = random.Between(2, 3);
        BatchSize = random.Between(1, 6);
        HoldsUnknown = random.Chance(0.2);
        AllowsForks = random.Chance(0.5);
        Prompts = DrawPrompts();
        if (options.Calm)
            return;
        Storage = DrawStorage();
        Sparrow = DrawSparrow();
        KillChance = random.Chance(0.75) ? random.Fraction() : 0;
        StopChance = random.Chance(0.2) ? 0.5 : 0;
        Skews = random.Chance(0.3);
        Pauses = DrawTimes(0.35, 2);
        Outages = DrawTimes(0.3, 2);
        Closings = DrawTimes(0.35, 2);
    }

    public int Processes { get; }

    public int BatchSize { get; }

    /// <summary>Whether <c>Jobs__UnknownOutcome</c> is hold.</summary>
    public bool HoldsUnknown { get; }

    public bool AllowsForks { get; }

    public IReadOnlyList<SimPrompt> Prompts { get; }

    public StorageFaults Storage { get; } = StorageFaults.None;

    public SparrowFaults Sparrow { get; } = SparrowFaults.None;

    /// <summary>How likely a process, once started, is to be killed at one of its first requests.</summary>
    public double KillChance { get; }

    /// <summary>How likely such an end is a deployment's instead.</summary>
    public double StopChance { get; }

    /// <summary>Whether clocks are a little off.</summary>
    public bool Skews { get; }

    /// <summary>When a process is stopped for a while and lives on.</summary>
    public IReadOnlyList<TimeSpan> Pauses { get; } = [];

    /// <summary>When storage can't be reached for a while.</summary>
    public IReadOnlyList<TimeSpan> Outages { get; } = [];

    /// <summary>When Sparrow refuses everybody for a while.</summary>
    public IReadOnlyList<TimeSpan> Closings { get; } = [];

    private List<SimPrompt> DrawPrompts()
    {
        var prompts = new List<SimPrompt>();
        var conversations = _random.Between(0, 2);
        var numbered = Enumerable.Range(0, conversations).Select(_ => _random.Chance(0.5)).ToList();
        var turns = new int[conversations];
        var count = _random.Between(5, 11);
        for (var i = 1; i <= count; i++)
        {
            var conversation = conversations > 0 && _random.Chance(0.6) ? _random.Below(conversations) : -1;
            int? turn = conversation >= 0 && numbered[conversation] ? ++turns[conversation] : null;
            var hasId = _random.Chance(0.7);
            var first = _random.Skewed(TimeSpan.Zero, TimeSpan.FromMinutes(6));
            prompts.Add(new SimPrompt
            {
                Mark = string.Create(CultureInfo.InvariantCulture, $"[q{i}]"),
                Id = hasId ? string.Create(CultureInfo.InvariantCulture, $"job-{i}") : null,
                Conversation = conversation >= 0 ? string.Create(CultureInfo.InvariantCulture, $"talk/{conversation}") : null,
                Turn = turn,
                NotBefore = _random.Chance(0.1) ? SimWorld.Beginning + _random.Between(TimeSpan.Zero, TimeSpan.FromMinutes(12)) : null,
                File = _random.Chance(0.1) ? "drop/note.txt" : null,
                SentAt = hasId && _random.Chance(0.2) ? [first, first + _random.Skewed(TimeSpan.Zero, TimeSpan.FromMinutes(10))] : [first],
            });
        }

        if (_random.Chance(0.2))
            prompts.Add(new SimPrompt { Mark = "[q99]", Broken = """{"prompt":"What is [q99]","colour":1}""", SentAt = [_random.Between(TimeSpan.Zero, TimeSpan.FromMinutes(6))] });
        return prompts;
    }

    private StorageFaults DrawStorage() => new()
    {
        Busy = Draw(0.5, 0.03),
        LostAnswer = Draw(0.5, 0.04),
        Repeated = Draw(0.6, 0.08),
        Slow = Draw(0.5, 0.1),
        DeliveredTwice = Draw(0.5, 0.2),
    };

    private SparrowFaults DrawSparrow() => new()
    {
        NotSent = Draw(0.3, 0.2),
        SlowDown = Draw(0.3, 0.2),
        Transient = Draw(0.4, 0.3),
        Reset = Draw(0.3, 0.2),
        Timeout = Draw(0.2, 0.1),
        Unreadable = Draw(0.2, 0.1),
        Empty = Draw(0.2, 0.2),
        WrongModel = Draw(0.2, 0.2),
        Rejected = Draw(0.2, 0.1),
        SessionLost = Draw(0.3, 0.3),
        LongestAnswer = _random.Chance(0.3) ? TimeSpan.FromMinutes(8) : TimeSpan.FromMinutes(2),
    };

    private double Draw(double chance, double most) => _random.Chance(chance) ? _random.Fraction() * most : 0;

    private List<TimeSpan> DrawTimes(double chance, int most) => _random.Chance(chance)
        ? [.. Enumerable.Range(0, _random.Between(1, most)).Select(_ => _random.Between(TimeSpan.Zero, Trouble))]
        : [];
}
