using CsCheck;
using SparrowFunctions.Conversations;

namespace SparrowFunctions.Tests.Core.Conversations;

public sealed class ContextWindowTests
{
    // Letters, and characters of two code units each
    private static readonly string[] Characters = ["a", "b", "ä", "麻", "😀", "𠮷"];
    private static readonly Gen<string> Text = Gen.Int[0, 5].Array[0, 12].Select(picks => string.Concat(picks.Select(pick => Characters[pick])));
    private static readonly Gen<Exchange[]> Past = Gen.Select(Text, Text, (user, answer) => new Exchange(user, answer)).Array[0, 8];

    [Fact]
    public void All_is_there_when_all_fits() => Choose(20, ("a", "b"), ("c", "d")).ShouldBe([new("a", "b"), new("c", "d")]);

    [Fact]
    public void The_newest_that_fit_are_chosen_and_nothing_older_than_one_that_did_not() =>
        Choose(5, ("a", "b"), ("long", "long"), ("c", "d"), ("e", "f")).ShouldBe([new("c", "d"), new("e", "f")]);

    [Fact]
    public void A_newest_that_is_too_long_keeps_its_end() => Choose(6, ("old", "old"), ("question", "answer!")).ShouldBe([new("", "nswer!")]);

    [Fact]
    public void The_answer_goes_before_the_question_where_only_one_has_room() => Choose(8, ("question", "answer")).ShouldBe([new("on", "answer")]);

    [Fact]
    public void Nothing_is_chosen_where_nothing_is_allowed() => Choose(0, ("a", "b")).ShouldBeEmpty();

    [Fact]
    public void A_character_of_two_units_is_not_cut_in_half() => Choose(2, ("", "x😀😀")).ShouldBe([new("", "😀")]);

    [Fact]
    public void A_character_that_has_no_room_at_all_leaves_nothing_behind() => Choose(1, ("", "😀")).ShouldBe([new("", "")]);

    [Fact]
    public void Whatever_the_past_the_choice_is_short_enough_in_order_newest_last_and_well_formed() =>
        Gen.Select(Past, Gen.Int[0, 60]).Sample((past, limit) =>
        {
            var chosen = ContextWindow.Choose(past, limit);

            chosen.Sum(exchange => exchange.Length).ShouldBeLessThanOrEqualTo(limit);
            chosen.ShouldAllBe(exchange => IsWellFormed(exchange.User) && IsWellFormed(exchange.Answer));
            if (past.Length > 0 && limit > 0)
            {
                past[^1].Answer.EndsWith(chosen[^1].Answer, StringComparison.Ordinal).ShouldBeTrue();
                past[^1].User.EndsWith(chosen[^1].User, StringComparison.Ordinal).ShouldBeTrue();
                chosen.SkipLast(1).ShouldBe(past.SkipLast(1).TakeLast(chosen.Count - 1));
            }
        });

    [Fact]
    public void As_much_as_fits_is_chosen() =>
        Gen.Select(Past, Gen.Int[0, 60]).Sample((past, limit) =>
        {
            var chosen = ContextWindow.Choose(past, limit);

            if (chosen.Count > 0 && chosen.Count < past.Length && chosen[0] == past[^chosen.Count])
                (chosen.Sum(exchange => exchange.Length) + past[^(chosen.Count + 1)].Length).ShouldBeGreaterThanOrEqualTo(limit);
        });

    private static IReadOnlyList<Exchange> Choose(int limit, params (string User, string Answer)[] past) =>
        ContextWindow.Choose([.. past.Select(said => new Exchange(said.User, said.Answer))], limit);

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }

        return true;
    }
}
