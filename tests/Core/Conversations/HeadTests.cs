using SparrowFunctions.Conversations;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Tests.Core.Conversations;

public sealed class HeadTests
{
    private static readonly Turn Turn = new(3, "job", TurnState.Waiting, DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, true)]
    [InlineData(1, 1, true)]
    [InlineData(1, 0, false)]
    public void A_job_holds_the_word_that_it_got_in_this_round_or_an_earlier_one(int given, int round, bool isHeld) =>
        Conversation().GivenTo(Turn with { Round = given }).IsHeldBy(Job(round)).ShouldBe(isHeld);

    [Fact]
    public void Another_job_does_not() => Conversation().GivenTo(Turn with { JobId = "another" }).IsHeldBy(Job(5)).ShouldBeFalse();

    [Fact]
    public void Rows_of_an_earlier_version_are_of_the_first_round()
    {
        var head = Conversation().GivenTo(Turn).Write("token");
        head.Remove("ActiveRound");
        var turn = Turn.Write(Conversation().Key);
        turn.Remove("Round");

        (Head.Read(head).ActiveRound, Head.Read(head).IsHeldBy(Job(0)), Turn.Read(turn).Round).ShouldBe((0, true, 0));
    }

    [Fact]
    public void Head_and_turn_come_back_from_their_rows_as_they_were()
    {
        var head = Conversation().GivenTo(Turn with { Round = 2 }) with { Gone = [5, 7], Late = true, Last = 9 };

        var again = Head.Read(head.Write("token"));

        (again with { Gone = head.Gone }).ShouldBe(head);
        again.Gone.ShouldBe(head.Gone);
        Turn.Read((Turn with { Round = 2 }).Write(head.Key)).ShouldBe(Turn with { Round = 2 });
    }

    private static Head Conversation() => new() { Key = new ConversationKey("c") };

    private static Job Job(int round)
    {
        var accepted = new AcceptedPrompt(new Prompt { Text = "x", Conversation = "c" }, null, []);
        return new Job
        {
            Id = JobId.Parse("job"),
            State = JobState.Queued,
            Accepted = accepted,
            Content = "digest",
            Source = "queue",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Round = round,
        };
    }
}
