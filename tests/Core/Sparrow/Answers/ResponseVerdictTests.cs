using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Answers;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Tests.Core.Sparrow.Answers;

public sealed class ResponseVerdictTests
{
    [Fact]
    public void An_answer_of_the_asked_model_is_accepted_without_warnings()
    {
        var verdict = Judge(SparrowSetup.Answer("hi"));

        verdict.Error.ShouldBeNull();
        verdict.Warnings.ShouldBeEmpty();
        verdict.Answer.Text.ShouldBe("hi");
    }

    [Fact]
    public void A_weaker_model_is_refused_with_its_answer_kept()
    {
        var verdict = Judge(SparrowSetup.Answer("hi", "text-davinci-002-render-sha"));

        verdict.Error.ShouldBe(new SparrowError(
            FailureKind.WrongModel, SparrowFault.Answered, 200, "text-davinci-002-render-sha answered where gpt-4 was asked.", PossiblyBilled: true));
        verdict.Answer.Text.ShouldBe("hi");
    }

    [Fact]
    public void Another_slug_only_warns() =>
        Judge(SparrowSetup.Answer("hi", "gpt-4-gizmo")).Warnings.ShouldBe(["The model gpt-4-gizmo answered where gpt-4 was asked."]);

    [Fact]
    public void The_free_mode_is_3_5_whatever_was_named() =>
        Judge(SparrowSetup.Answer("hi", "text-davinci-002-render-sha"), SparrowSetup.Ask() with { Mode = SparrowMode.Free }).Error.ShouldBeNull();

    [Theory]
    [InlineData("{}", "Sparrow answered 200 without an answer or a file.")]
    [InlineData("""{"contents":[{"error":"GPU is gone","message":null}]}""", "Sparrow reported an error instead of an answer: GPU is gone.")]
    [InlineData("""{"contents":[{"error":{"message":"no luck"},"message":null}]}""", "Sparrow reported an error instead of an answer: no luck.")]
    [InlineData("""{"contents":[{"message":{"author":{"role":"tool"},"metadata":{"jit_plugin_data":{"from_server":{"type":"confirm_action","body":{"domain":"shop.example"}}}}}}]}""", "The GPT asks for consent to call shop.example, which this route cannot give; use a GPT without such actions, or profile G2.")]
    public void No_answer_and_no_file_is_empty(string body, string reason) =>
        Judge(body).Error.ShouldBe(new SparrowError(FailureKind.Empty, SparrowFault.Answered, 200, reason, PossiblyBilled: true));

    [Theory]
    [InlineData("""{"contents":[],"downloads":["https://x/1"]}""")]
    [InlineData("""{"contents":[{"message":{"author":{"role":"tool"},"content":{"content_type":"multimodal_text","parts":[{"asset_pointer":"file-service://file-1"}]}}}]}""")]
    public void A_file_without_text_is_an_answer_with_a_warning(string body)
    {
        var verdict = Judge(body);

        verdict.Error.ShouldBeNull();
        verdict.Warnings.ShouldBe(["The answer has files but no text."]);
    }

    [Fact]
    public void An_error_beside_an_answer_is_a_warning_without_the_key()
    {
        var body = SparrowSetup.Answer("hi").Replace("\"contents\":[", $"\"contents\":[{{\"error\":\"slow, {SparrowSetup.Key}\",\"message\":null}},", StringComparison.Ordinal);

        var verdict = ResponseVerdict.Judge(SparrowSetup.Ask(), ChatResponseReader.Read(body).ShouldNotBeNull(), SparrowSetup.Key);

        verdict.Error.ShouldBeNull();
        verdict.Warnings.ShouldBe(["Sparrow reported an error beside the answer: slow, [key]."]);
    }

    private static ResponseVerdict Judge(string body, ChatRequest? request = null) =>
        ResponseVerdict.Judge(request ?? SparrowSetup.Ask(), ChatResponseReader.Read(body).ShouldNotBeNull());
}
