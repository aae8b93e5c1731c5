using SparrowFunctions.Intake.Dropped;

namespace SparrowFunctions.Tests.Core.Intake.Dropped;

/// <summary>What a sweep need not look up again.</summary>
public sealed class SweepMemoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly SweepMemory _memory = new();

    [Fact]
    public void What_was_never_seen_is_looked_up() => _memory.IsQuiet(1, Noon).ShouldBeFalse();

    [Fact]
    public void What_the_ledger_knows_is_never_looked_up_again()
    {
        _memory.Know(1);
        _memory.EndSweep();

        _memory.IsQuiet(1, Noon.AddHours(23)).ShouldBeTrue();
    }

    [Fact]
    public void What_waits_is_reported_ever_more_rarely()
    {
        var reports = 0;
        for (var now = Noon; now < Noon.AddDays(1); now += TimeSpan.FromMinutes(5))
        {
            if (!_memory.IsQuiet(1, now))
            {
                _memory.Report(1, now);
                reports++;
            }

            _memory.EndSweep();
        }

        reports.ShouldBe(9);
    }

    [Fact]
    public void What_is_gone_is_forgotten()
    {
        _memory.Know(1);
        _memory.EndSweep();
        _memory.EndSweep();

        _memory.IsQuiet(1, Noon).ShouldBeFalse();
    }
}
