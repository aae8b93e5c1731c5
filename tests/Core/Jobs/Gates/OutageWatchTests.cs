using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.Jobs.Gates;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Jobs.Gates;

public sealed class OutageWatchTests
{
    private static readonly SparrowError Down = Error(FailureKind.Transient, SparrowFault.Answered, 503);
    private static readonly SparrowError NoConnection = Error(FailureKind.Transient, SparrowFault.NotSent, null);

    private readonly FakeTimeProvider _time = new();
    private readonly OutageWatch _watch;

    public OutageWatchTests() => _watch = new OutageWatch(_time);

    [Theory]
    [InlineData(59.9, false)]
    [InlineData(60, true)]
    public void Failures_without_a_success_between_are_an_outage_after_a_minute(double seconds, bool outage)
    {
        _watch.Failed(Down).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _watch.Failed(NoConnection).ShouldBe(outage);
    }

    [Fact]
    public void A_success_between_begins_the_minute_anew()
    {
        _watch.Failed(Down);
        _time.Advance(TimeSpan.FromSeconds(50));
        _watch.Answered();
        _watch.Failed(Down).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(59));
        _watch.Failed(Down).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        _watch.Failed(Down).ShouldBeTrue();
    }

    [Theory]
    [InlineData(FailureKind.Rejected, 400)]
    [InlineData(FailureKind.Gate, 402)]
    [InlineData(FailureKind.SlowDown, 429)]
    [InlineData(FailureKind.WrongModel, 415)]
    [InlineData(FailureKind.Transient, 408)]
    [InlineData(FailureKind.Ambiguous, 200)]
    public void A_refusal_is_an_answer_too_for_whoever_refuses_is_there(FailureKind kind, int status)
    {
        _watch.Failed(Down);
        _time.Advance(TimeSpan.FromSeconds(70));
        _watch.Failed(Error(kind, SparrowFault.Answered, status)).ShouldBeFalse();
        _watch.Failed(Down).ShouldBeFalse();
    }

    [Theory]
    [InlineData(FailureKind.Ambiguous, SparrowFault.Timeout)]
    [InlineData(FailureKind.Ambiguous, SparrowFault.ResetAfterSending)]
    [InlineData(FailureKind.Rejected, SparrowFault.NotSent)]
    public void What_says_nothing_of_sparrow_neither_counts_nor_helps(FailureKind kind, SparrowFault fault)
    {
        _watch.Failed(Down);
        _time.Advance(TimeSpan.FromSeconds(60));
        _watch.Failed(Error(kind, fault, null)).ShouldBeFalse();
        _watch.Failed(Down).ShouldBeTrue();
    }

    [Fact]
    public void A_failure_that_is_no_fault_of_sparrows_begins_no_minute()
    {
        _watch.Failed(Error(FailureKind.Ambiguous, SparrowFault.Timeout, null));
        _time.Advance(TimeSpan.FromHours(1));
        _watch.Failed(Down).ShouldBeFalse();
    }

    private static SparrowError Error(FailureKind kind, SparrowFault fault, int? status) => new(kind, fault, status, "x");
}
