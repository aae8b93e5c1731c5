using SparrowFunctions.Conversations;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Conversations;

public sealed class RebuildTests
{
    [Fact]
    public void The_past_comes_before_the_question_with_the_roles_of_those_who_spoke() =>
        Rebuild.AsMessages([new("one", "1"), new("two", "2")], [new ChatMessage("system", "Be brief."), new ChatMessage("user", "three")]).ShouldBe(
        [
            new("user", "one"), new("assistant", "1"), new("user", "two"), new("assistant", "2"), new("system", "Be brief."), new("user", "three"),
        ]);

    [Fact]
    public void What_was_cut_away_is_no_message() =>
        Rebuild.AsMessages([new("", "the end of an answer")], [new ChatMessage("user", "x")]).Select(message => message.Role).ShouldBe(["assistant", "user"]);

    [Fact]
    public void One_text_holds_it_all_in_order_and_ends_with_the_question()
    {
        var text = Rebuild.AsText([new("My name is Ada.", "Hello Ada."), new("I am 36.", "Noted.")], "What do you know?");

        text.ShouldBe("""
            This is our conversation so far.

            I said:
            My name is Ada.

            You answered:
            Hello Ada.

            I said:
            I am 36.

            You answered:
            Noted.

            Now I say:
            What do you know?
            """.ReplaceLineEndings("\n"));
    }
}
