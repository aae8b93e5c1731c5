using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Answers;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Tests.Core.Sparrow;

public sealed class ChatResponseReaderTests
{
    [Theory]
    [InlineData("""{"id":"chatcmpl-1","model":"gpt-4","choices":[{"index":0,"message":{"role":"assistant","content":"A"},"finish_reason":"stop"}]}""", "A")]
    [InlineData("""{"choices":[{"message":{"content":[{"type":"text","text":"A"},{"type":"text","text":"B"}]}}]}""", "AB")]
    [InlineData("""{"message":"A"}""", "A")]
    [InlineData("""{"code":0,"message":"A"}""", "A")]
    [InlineData("""{"message":{"role":"assistant","content":"A"}}""", "A")]
    [InlineData("""{"message":{"id":"m","author":{"role":"assistant"},"content":{"content_type":"text","parts":["A"]}},"conversation_id":"c"}""", "A")]
    [InlineData("\uFEFF {\"message\":\"A\"}", "A")]
    [InlineData("""{"contents":[{"message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["cut \ud83d"]}}}]}""", "cut \ufffd")]
    [InlineData("""{"contents":[{"message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["C:\\ud800 \ud83d\ude00"]}}}]}""", "C:\\ud800 \ud83d\ude00")]
    public void An_answer_is_found_in_every_shape(string body, string text) =>
        AnswerPicker.Pick(ChatResponseReader.Read(body).ShouldNotBeNull()).Text.ShouldBe(text);

    [Theory]
    [InlineData("""{"error":{"message":"boom","code":"x"}}""", "boom")]
    [InlineData("""{"detail":"boom"}""", "boom")]
    [InlineData("""{"code":500,"message":"boom"}""", "boom")]
    [InlineData("""{"contents":[],"error":"boom"}""", "boom")]
    public void An_error_under_a_200_is_not_taken_for_an_answer(string body, string error)
    {
        var answer = AnswerPicker.Pick(ChatResponseReader.Read(body).ShouldNotBeNull());

        answer.Text.ShouldBeNull();
        answer.InBandErrors.ShouldBe([error]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("<html>")]
    [InlineData("data: nothing")]
    [InlineData("data: {\"message\":{\"content\":{\"parts\":[\"half\"]}}}")]
    public void What_is_no_response_is_unreadable(string body) => ChatResponseReader.Read(body).ShouldBeNull();

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"He\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"llo\"}}]}\n\ndata: [DONE]\n", "Hello")]
    [InlineData("""{"message":"A"}""", "A")]
    public void What_was_kept_of_a_response_is_read_as_the_response_was(string body, string text)
    {
        var response = ChatResponseReader.Read(body).ShouldNotBeNull();

        var kept = ChatResponseReader.ReadKept(response.Raw.GetRawText()).ShouldNotBeNull();

        AnswerPicker.Pick(kept).Text.ShouldBe(text);
        kept.Raw.GetRawText().ShouldBe(response.Raw.GetRawText());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("3")]
    public void What_is_no_kept_response_is_unreadable(string json) => ChatResponseReader.ReadKept(json).ShouldBeNull();

    [Fact]
    public void Events_of_growing_messages_end_in_the_last_one()
    {
        const string body = """
            event: message
            data: {"message":{"id":"m","author":{"role":"assistant"},"content":{"content_type":"text","parts":["He"]},"status":"in_progress"},"conversation_id":"c"}

            data: {"message":{"id":"m","author":{"role":"assistant"},"content":{"content_type":"text","parts":["Hello"]},"end_turn":true},"conversation_id":"c"}

            data: broken{
            data: [DONE]
            """;

        var response = ChatResponseReader.Read(body).ShouldNotBeNull();

        AnswerPicker.Pick(response).Text.ShouldBe("Hello");
        response.ConversationId.ShouldBe("c");
        response.MessageId.ShouldBe("m");
        response.Raw.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void Events_of_deltas_are_joined()
    {
        const string body = """
            data: {"model":"gpt-3.5-turbo","choices":[{"delta":{"role":"assistant"}}]}
            data: {"choices":[{"delta":{"content":"He"}}]}
            data: {"choices":[{"delta":{"content":"llo"},"finish_reason":"stop"}]}
            """;

        var answer = AnswerPicker.Pick(ChatResponseReader.Read(body).ShouldNotBeNull());

        answer.Text.ShouldBe("Hello");
        answer.ModelSlug.ShouldBe("gpt-3.5-turbo");
    }

    [Fact]
    public void A_response_with_half_a_surrogate_pair_can_be_written_again()
    {
        var raw = ChatResponseReader.Read("""{"message":"cut \ud83d","x":"\\ud83d \ud83d\ude00"}""").ShouldNotBeNull().Raw;

        System.Text.Json.JsonSerializer.Serialize(raw).ShouldContain("cut ");
        raw.GetProperty("x").GetString().ShouldBe("\\ud83d 😀");
    }

    [Fact]
    public void Downloads_and_unknown_fields_are_kept()
    {
        const string body = """{"contents":[],"downloads":["https://a/1?x=1&amp;y=2",null,7,{"url":"https://b"}],"future":{"n":1.00}}""";

        var response = ChatResponseReader.Read(body).ShouldNotBeNull();

        response.Downloads.ShouldBe(["https://a/1?x=1&amp;y=2", "https://b"]);
        response.Raw.GetRawText().ShouldBe(body);
    }

    [Fact]
    public async Task The_free_conversation_hands_out_no_id_to_go_on_with()
    {
        await using var server = RawServer.Answering(SparrowSetup.Answer("hi"));
        using var setup = new SparrowSetup(server.Url);

        var outcome = await setup.Client.ChatAsync(SparrowSetup.Ask() with { Mode = SparrowMode.Free }, TestContext.Current.CancellationToken);

        outcome.Value.ShouldNotBeNull().ConversationId.ShouldBeNull();
    }
}
