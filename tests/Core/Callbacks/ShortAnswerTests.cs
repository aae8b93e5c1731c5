using System.Text;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Tests.Core.Callbacks;

public sealed class ShortAnswerTests
{
    private static readonly JobId Job = JobId.Parse("order-7");

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    public void A_short_answer_stays_as_it_is(string answer) => ShortAnswer.Of(answer, Job).ShouldBe(answer);

    [Fact]
    public void An_answer_of_just_the_size_stays_as_it_is()
    {
        var answer = new string('x', ShortAnswer.MaxBytes);

        ShortAnswer.Of(answer, Job).ShouldBeSameAs(answer);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("麻雀")]
    [InlineData("😀")]
    [InlineData("a😀b麻é")]
    public void A_long_one_is_cut_between_characters_and_says_so(string unit)
    {
        var answer = string.Concat(Enumerable.Repeat(unit, 20_000));

        var cut = ShortAnswer.Of(answer, Job);

        Encoding.UTF8.GetByteCount(cut).ShouldBeInRange(ShortAnswer.MaxBytes - 3, ShortAnswer.MaxBytes);
        cut.ShouldEndWith("\n\n… [cut; the whole answer is results/order-7/answer.md]");
        var kept = cut[..cut.LastIndexOf("\n\n…", StringComparison.Ordinal)];
        answer.ShouldStartWith(kept);
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(kept)).ShouldBe(kept, "no half of a character");
    }
}
