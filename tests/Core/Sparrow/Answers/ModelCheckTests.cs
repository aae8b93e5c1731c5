using SparrowFunctions.Sparrow.Answers;

namespace SparrowFunctions.Tests.Core.Sparrow.Answers;

public sealed class ModelCheckTests
{
    [Theory]
    [InlineData("gpt-4", "gpt-4", ModelMatch.Same)]
    [InlineData("gpt-4", "GPT-4", ModelMatch.Same)]
    [InlineData("gpt-4", null, ModelMatch.Same)]
    [InlineData("gpt-4", "", ModelMatch.Same)]
    [InlineData("gpt-3.5-turbo", "text-davinci-002-render-sha", ModelMatch.Same)]
    [InlineData("gpt-4", "text-davinci-002-render-sha", ModelMatch.Weaker)]
    [InlineData("gpt-4-gizmo", "text-davinci-002-render", ModelMatch.Weaker)]
    [InlineData("gpt-4o-mini", "gpt-3.5-turbo-0125", ModelMatch.Weaker)]
    [InlineData("gpt-4", "gpt-4-gizmo", ModelMatch.Different)]
    [InlineData("gpt-4", "gpt-4o", ModelMatch.Different)]
    [InlineData("gpt-3.5-turbo", "gpt-4", ModelMatch.Different)]
    [InlineData("o1", "gpt-3.5-turbo", ModelMatch.Different)]
    public void Only_a_3_5_in_place_of_a_gpt_4_is_weaker(string asked, string? answered, ModelMatch match) =>
        ModelCheck.Compare(asked, answered).ShouldBe(match);

    [Theory]
    [InlineData("gpt-4", "gpt-4-gizmo", ModelMatch.Same)]
    [InlineData("gpt-4", "gpt-4", ModelMatch.Same)]
    [InlineData("gpt-4-gizmo", "gpt-4-gizmo", ModelMatch.Same)]
    [InlineData("gpt-4", "gpt-4o", ModelMatch.Different)]
    [InlineData("gpt-4o", "gpt-4-gizmo", ModelMatch.Different)]
    [InlineData("gpt-4", "text-davinci-002-render-sha", ModelMatch.Weaker)]
    public void A_custom_GPT_answers_gpt_4_under_a_slug_of_its_own(string asked, string answered, ModelMatch match) =>
        ModelCheck.Compare(asked, answered, ofGpt: true).ShouldBe(match);
}
