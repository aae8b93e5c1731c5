using SparrowFunctions.Jobs.Gates;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Jobs.Gates;

public sealed class GateRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly GateOptions Options = new();

    private static readonly Gate Closed = GateRule.Close(new Gate(), FailureKind.Gate, "no points", Now, Options);

    [Fact]
    public void An_open_gate_lets_everybody_through() => Admit(new Gate()).Verdict.ShouldBe(AdmissionVerdict.Open);

    [Fact]
    public void A_gate_that_closes_says_why_since_when_and_when_it_is_probed()
    {
        Closed.IsOpen.ShouldBeFalse();
        Closed.Kind.ShouldBe(FailureKind.Gate);
        Closed.Reason.ShouldBe("no points");
        Closed.ClosedAt.ShouldBe(Now);
        Closed.ProbeAt.ShouldBe(Now.AddSeconds(10));
    }

    [Fact]
    public void A_closed_gate_stays_as_it_is_whatever_other_calls_under_way_are_answered() =>
        GateRule.Close(Closed, FailureKind.Outage, "other", Now.AddMinutes(1), Options).ShouldBeSameAs(Closed);

    [Theory]
    [InlineData(9.9, AdmissionVerdict.Closed)]
    [InlineData(10, AdmissionVerdict.Probe)]
    public void A_probe_is_made_when_its_time_has_come(double seconds, AdmissionVerdict verdict)
    {
        var admission = Admit(Closed, seconds);

        admission.Verdict.ShouldBe(verdict);
        admission.Reason.ShouldBe("The gate is closed (gate): no points");
    }

    [Theory]
    [InlineData(0.0, 10)]
    [InlineData(0.5, 160)]
    [InlineData(1.0, 310)]
    public void Who_is_turned_away_asks_again_at_the_probes_time_or_spread_out_behind_it(double fraction, int seconds) =>
        Admit(Closed, fraction: fraction).Until.ShouldBe(Now.AddSeconds(seconds));

    [Fact]
    public void While_a_probe_is_under_way_nobody_else_calls()
    {
        var probed = GateRule.Probe(Closed, "job", Now.AddMinutes(10));

        Admit(probed, 11).Verdict.ShouldBe(AdmissionVerdict.Closed);
        Admit(probed, 599).Verdict.ShouldBe(AdmissionVerdict.Closed);
        Admit(probed, 11).Until.ShouldBe(Now.AddSeconds(21));
    }

    [Fact]
    public void A_prober_that_died_does_not_keep_the_gate_shut() =>
        Admit(GateRule.Probe(Closed, "job", Now.AddMinutes(10)), 600).Verdict.ShouldBe(AdmissionVerdict.Probe);

    [Fact]
    public void Failed_probes_double_the_interval_up_to_the_longest()
    {
        var gate = Closed;
        foreach (var seconds in (int[])[20, 40, 80, 160, 300, 300])
        {
            gate = GateRule.ProbeFailed(GateRule.Probe(gate, "job", Now.AddMinutes(10)), FailureKind.Gate, "still none", Now, Options);
            gate.ProbeInterval.ShouldBe(TimeSpan.FromSeconds(seconds));
            gate.ProbeAt.ShouldBe(Now.AddSeconds(seconds));
            gate.Prober.ShouldBeNull();
            gate.Reason.ShouldBe("still none");
            gate.ClosedAt.ShouldBe(Now);
        }
    }

    [Fact]
    public void A_failed_probe_may_tell_another_reason_than_the_one_it_closed_for() =>
        GateRule.ProbeFailed(Closed, FailureKind.Outage, "down", Now, Options).Kind.ShouldBe(FailureKind.Outage);

    [Fact]
    public void An_answered_probe_opens_the_gate_and_a_later_closing_begins_with_the_short_interval()
    {
        var open = GateRule.Open(GateRule.ProbeFailed(GateRule.Probe(Closed, "job", Now), FailureKind.Gate, "x", Now, Options));

        open.IsOpen.ShouldBeTrue();
        (open.Kind, open.Reason, open.ClosedAt, open.Prober).ShouldBe((null, null, null, null));
        GateRule.Close(open, FailureKind.Gate, "again", Now, Options).ProbeInterval.ShouldBe(Options.ProbeInterval);
    }

    [Fact]
    public void A_pause_holds_back_everything_probes_too()
    {
        var admission = Admit(Closed with { Paused = true, PauseReason = "maintenance" }, 3600, fraction: 0.5);

        admission.Verdict.ShouldBe(AdmissionVerdict.Closed);
        admission.Reason.ShouldBe("An operator paused all calls: maintenance");
        admission.Until.ShouldBe(Now.AddSeconds(3600 + 10 + 150));
        Admit(new Gate { Paused = true }).Reason.ShouldBe("An operator paused all calls: no reason given");
    }

    [Fact]
    public void A_gate_that_is_paused_and_closed_is_still_closed_when_the_pause_ends() =>
        Admit(Closed with { Paused = true } with { Paused = false }, 5).Verdict.ShouldBe(AdmissionVerdict.Closed);

    private static Admission Admit(Gate gate, double secondsLater = 0, double fraction = 0) => GateRule.Admit(gate, Now.AddSeconds(secondsLater), Options, fraction);
}
