using CsCheck;
using SparrowFunctions.Conversations;

namespace SparrowFunctions.Tests.Core.Conversations;

public sealed class TurnOrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(20);

    private static readonly Head Third = new() { Key = new ConversationKey("c"), Next = 3, Last = 2 };

    [Fact]
    public void The_next_number_takes_the_word() => Decide(Third, 3).ShouldBe(new Word(WordVerdict.Take, TimeSpan.Zero, null));

    [Fact]
    public void While_somebody_speaks_everybody_waits_without_a_timer()
    {
        var head = Third with { Active = "other", ActiveTurn = 3 };

        foreach (var number in (int[])[1, 3, 4, 100])
            Decide(head, number, ageMinutes: 60).ShouldBe(new Word(WordVerdict.Wait, TimeSpan.Zero, "Waits until turn 3 of its conversation has ended."));
    }

    [Fact]
    public void A_number_that_was_passed_over_speaks_late_with_a_warning()
    {
        var word = Decide(Third, 2);

        word.Verdict.ShouldBe(WordVerdict.Late);
        word.Reason.ShouldBe("Turn 2 came after turn 2 had been run without it.");
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(15, 5)]
    public void A_gap_is_waited_for_from_acceptance_on(double ageMinutes, double leftMinutes)
    {
        var word = Decide(Third, 5, ageMinutes);

        word.Verdict.ShouldBe(WordVerdict.Gap);
        word.Left.ShouldBe(TimeSpan.FromMinutes(leftMinutes));
        word.Reason.ShouldBe("Waits for turn 3 of its conversation, which has not come yet.");
    }

    [Fact]
    public void A_gap_that_nobody_fills_is_skipped_with_a_warning()
    {
        var word = Decide(Third, 5, ageMinutes: 20);

        word.Verdict.ShouldBe(WordVerdict.Skip);
        word.Reason.ShouldBe("Turn 5 ran without turn 3, which did not come within 00:20:00.");
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(1, 1)]
    [InlineData(0.02, 1)]
    public void A_turn_that_keeps_the_order_never_skips_a_gap_and_looks_again_now_and_then(double gapMinutes, double leftMinutes)
    {
        Decide(Third, 5, ageMinutes: 0, isStrict: true, TimeSpan.FromMinutes(gapMinutes)).Verdict.ShouldBe(WordVerdict.Gap);

        var word = Decide(Third, 5, ageMinutes: 300, isStrict: true, TimeSpan.FromMinutes(gapMinutes));

        (word.Verdict, word.Left).ShouldBe((WordVerdict.Overdue, TimeSpan.FromMinutes(leftMinutes)));
    }

    [Fact]
    public void Nobody_gets_the_word_while_it_is_taken_and_whoever_waits_for_a_gap_is_woken_by_a_timer() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Bool, Gen.Double[0, 40]).Sample((next, number, taken, age) =>
        {
            var word = Decide(new Head { Key = new ConversationKey("c"), Next = next, Active = taken ? "other" : null }, number, age);
            (word.Verdict == WordVerdict.Wait).ShouldBe(taken);
            (word.Left > TimeSpan.Zero).ShouldBe(word.Verdict == WordVerdict.Gap);
        });

    private static Word Decide(Head head, int number, double ageMinutes = 0) => Decide(head, number, ageMinutes, isStrict: false, Gap);

    private static Word Decide(Head head, int number, double ageMinutes, bool isStrict, TimeSpan gap) =>
        TurnOrder.Decide(head, new Turn(number, "job", TurnState.Waiting, Now.AddMinutes(-ageMinutes), IsStrict: isStrict), Now, gap);
}
