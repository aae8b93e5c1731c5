using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Jobs;

public sealed class RetryPlanTests
{
    private static readonly JobOptions Options = new();

    [Theory]
    [InlineData(FailureKind.Rejected, 1)]
    [InlineData(FailureKind.Ambiguous, 2)]
    [InlineData(FailureKind.WrongModel, 3)]
    [InlineData(FailureKind.Transient, 12)]
    [InlineData(FailureKind.SlowDown, 12)]
    [InlineData(FailureKind.Empty, 12)]
    [InlineData(FailureKind.Session, 12)]
    public void Every_kind_has_its_budget_of_calls(FailureKind kind, int calls)
    {
        for (var n = 1; n < calls; n++)
            Decide(kind, n).State.ShouldBe(JobState.Waiting);
        Decide(kind, calls).State.ShouldBe(JobState.Failed);
    }

    [Theory]
    [InlineData(FailureKind.Gate)]
    [InlineData(FailureKind.Outage)]
    public void Probes_of_a_closed_gate_burn_no_attempts(FailureKind kind)
    {
        Decide(kind, 50).State.ShouldBe(JobState.Waiting);
        RetryPlan.Decide([.. Failures(kind, 50), .. Failures(FailureKind.Transient, 11)], null, Options, 0).State.ShouldBe(JobState.Waiting);
    }

    [Fact]
    public void A_lost_conversation_is_begun_anew_at_once_and_only_once()
    {
        Decide(FailureKind.Session, 1).Delay.ShouldBe(TimeSpan.Zero);
        Decide(FailureKind.Session, 2).Delay.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public void Kinds_share_the_whole_budget_of_attempts()
    {
        Attempt[] attempts = [.. Failures(FailureKind.Transient, 11), Failed(12, FailureKind.Empty)];

        RetryPlan.Decide(attempts, null, Options, 0).State.ShouldBe(JobState.Failed);
    }

    [Fact]
    public void An_unknown_outcome_is_held_where_the_settings_say_so() =>
        RetryPlan.Decide(Failures(FailureKind.Ambiguous, 1), null, new JobOptions { UnknownOutcome = UnknownOutcome.Hold }, 0).State.ShouldBe(JobState.Unknown);

    [Theory]
    [InlineData(1, 0.0, 5)]
    [InlineData(1, 1.0, 10)]
    [InlineData(2, 1.0, 20)]
    [InlineData(3, 0.5, 30)]
    [InlineData(11, 1.0, 3600)]
    public void Delays_double_with_jitter_up_to_the_longest(int attempts, double fraction, int seconds) =>
        RetryPlan.Decide(Failures(FailureKind.Transient, attempts), null, Options, fraction).Delay.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void A_longer_wait_that_sparrow_asks_for_is_honoured()
    {
        Decide(FailureKind.SlowDown, 1, TimeSpan.FromHours(3)).Delay.ShouldBe(TimeSpan.FromHours(3));
        Decide(FailureKind.SlowDown, 1, TimeSpan.FromSeconds(1)).Delay.ShouldBe(TimeSpan.FromSeconds(5));
    }

    private static RetryDecision Decide(FailureKind kind, int attempts, TimeSpan? retryAfter = null) =>
        RetryPlan.Decide(Failures(kind, attempts), retryAfter, Options, 0);

    private static Attempt[] Failures(FailureKind kind, int count) => [.. Enumerable.Range(1, count).Select(n => Failed(n, kind))];

    private static Attempt Failed(int n, FailureKind kind) => new(n, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Kind: kind);
}
