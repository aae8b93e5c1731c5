using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>The judge itself.</summary>
public sealed class TurnOrderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_turn_after_the_other_is_sound() => Problems(Turn(1, 1, 0, 1), Turn(2, 2, 1, 2), Turn(3, 3, 2, 3)).ShouldBeEmpty();

    [Fact]
    public void A_turn_before_its_time_is_seen() =>
        Problems(Turn(1, 1, 0, 1), Turn(2, 3, 1, 2), Turn(3, 2, 2, 3)).ShouldHaveSingleItem().ShouldStartWith("c000-t03 was asked before");

    [Fact]
    public void Two_turns_at_once_are_seen() => Problems(Turn(1, 1, 0, 5), Turn(2, 2, 4, 6)).ShouldHaveSingleItem().ShouldStartWith("c000-t02");

    [Fact]
    public void A_fork_is_seen() => Problems(
        Turn(1, 1, 0, 1),
        Turn(2, 2, 1, 2) with { ConversationId = "x", ParentMessageId = "m" },
        Turn(3, 2, 3, 4) with { ConversationId = "x", ParentMessageId = "m" }).ShouldHaveSingleItem().ShouldStartWith("A fork: c000-t02 (#2) and c000-t02 (#3)");

    private static IReadOnlyList<string> Problems(params SeenCall[] calls) => TurnOrder.Problems(calls, conversations: 1, turns: 3);

    private static SeenCall Turn(int number, int turn, int from, int to) =>
        new(number, "chat", PromptMark.Text(TurnOrder.JobId(0, turn)), Noon.AddSeconds(from), Noon.AddSeconds(to), 200, Billed: true);
}
