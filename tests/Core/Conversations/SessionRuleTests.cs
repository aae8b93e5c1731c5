using SparrowFunctions.Conversations;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Conversations;

public sealed class SessionRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private static readonly Head Held = new()
    {
        Key = new ConversationKey("c"),
        ConversationId = "their conversation",
        MessageId = "their answer",
        Mode = SparrowMode.Standard,
        HoldUntil = Now.AddSeconds(1),
    };

    [Fact]
    public void Within_the_hold_a_turn_goes_on() => GoesOn(Held).ShouldBeTrue();

    [Fact]
    public void Once_the_hold_has_ended_it_does_not() => GoesOn(Held with { HoldUntil = Now }).ShouldBeFalse();

    [Fact]
    public void Without_a_hold_it_does_not() => GoesOn(Held with { HoldUntil = null }).ShouldBeFalse();

    [Fact]
    public void Without_both_ids_it_does_not()
    {
        GoesOn(Held with { ConversationId = null }).ShouldBeFalse();
        GoesOn(Held with { MessageId = null }).ShouldBeFalse();
    }

    [Theory]
    [InlineData(SparrowMode.Standard, SparrowMode.Concurrent, false)]
    [InlineData(SparrowMode.Concurrent, SparrowMode.Standard, false)]
    [InlineData(SparrowMode.Concurrent, SparrowMode.Concurrent, true)]
    [InlineData(SparrowMode.Free, SparrowMode.Free, false)]
    public void A_conversation_stays_in_its_lane_and_the_free_one_keeps_none(SparrowMode lived, SparrowMode asked, bool goesOn) =>
        GoesOn(Held with { Mode = lived }, mode: asked).ShouldBe(goesOn);

    [Theory]
    [InlineData(FailureKind.Ambiguous, true, false)]
    [InlineData(FailureKind.Ambiguous, false, false)]
    [InlineData(FailureKind.Session, false, false)]
    [InlineData(FailureKind.WrongModel, false, false)]
    [InlineData(FailureKind.Empty, true, false)]
    [InlineData(FailureKind.Transient, false, true)]
    [InlineData(FailureKind.SlowDown, false, true)]
    [InlineData(FailureKind.Gate, false, true)]
    [InlineData(FailureKind.Outage, false, true)]
    public void What_happened_to_the_job_before_may_speak_against_going_on(FailureKind kind, bool possiblyBilled, bool goesOn) =>
        GoesOn(Held, attempts: [new(1, Now, Now, Kind: kind, PossiblyBilled: possiblyBilled), new(2, Now, Now, Kind: FailureKind.Transient)]).ShouldBe(goesOn);

    private static bool GoesOn(Head head, SparrowMode mode = SparrowMode.Standard, IReadOnlyList<Attempt>? attempts = null) => SessionRule.GoesOn(
        head,
        new Job
        {
            Id = JobId.Parse("job"),
            State = JobState.Waiting,
            Accepted = new AcceptedPrompt(new Prompt { Text = "x", Conversation = "c" }, null, []),
            Content = "c",
            Source = "queue",
            CreatedAt = Now,
            Attempts = attempts ?? [],
        },
        mode,
        Now);
}
