using System.Text;
using System.Text.Json;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Requests;

namespace SparrowFunctions.Tests.Core.Sparrow;

public sealed class ChatRequestBodyTests
{
    [Theory]
    [InlineData("message")]
    [InlineData("Messages")]
    [InlineData("MODEL")]
    [InlineData("gizmo_id")]
    [InlineData("conversation_id")]
    [InlineData("parent_message_id")]
    [InlineData("attachments")]
    [InlineData("parts")]
    [InlineData("history_and_training_disabled")]
    [InlineData("stream")]
    public async Task Extra_may_not_name_a_field_of_ours(string field)
    {
        ChatRequestBody.IsReserved(field).ShouldBeTrue();
        await using var server = RawServer.Answering(SparrowSetup.Answer("hi"));
        using var setup = new SparrowSetup(server.Url);

        var outcome = await setup.Client.ChatAsync(SparrowSetup.Ask() with { Extra = SparrowSetup.Json($$"""{"{{field}}":1}""") }, TestContext.Current.CancellationToken);

        outcome.Error.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Rejected);
        outcome.Error.Reason.ShouldContain($"'{field}'");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("temperature")]
    public void Other_extra_fields_are_free(string field) => ChatRequestBody.IsReserved(field).ShouldBeFalse();

    [Fact]
    public void An_extra_that_is_no_object_is_a_problem() =>
        ChatRequestBody.Problem(SparrowSetup.Ask() with { Extra = SparrowSetup.Json("[1]") }).ShouldNotBeNull().ShouldContain("not an object");

    [Fact]
    public void An_extra_of_null_is_none() =>
        ChatRequestBody.Problem(SparrowSetup.Ask() with { Extra = SparrowSetup.Json("null") }).ShouldBeNull();

    public static TheoryData<ChatRequest, string> Wrong => new()
    {
        { new() { Model = "m" }, "neither" },
        { new() { Model = "m", Message = "a", Messages = [new("user", "b")] }, "both" },
        { new() { Model = "m", Messages = [] }, "empty" },
        { new() { Model = "m", Mode = SparrowMode.Free, Messages = [new("user", "b")] }, "several messages" },
        { SparrowSetup.Ask() with { Mode = SparrowMode.Free, GizmoId = "g-1" }, "GPT" },
        { SparrowSetup.Ask() with { Mode = SparrowMode.Free, ConversationId = "c" }, "conversations" },
        { SparrowSetup.Ask() with { Mode = SparrowMode.Free, Parts = [SparrowSetup.Json("{}")] }, "files" },
        { SparrowSetup.Ask() with { Mode = SparrowMode.Free, Attachments = [SparrowSetup.Json("{}")] }, "files" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_request_that_cannot_be_meant_is_refused_with_its_reason(ChatRequest request, string word) =>
        ChatRequestBody.Problem(request).ShouldNotBeNull().ShouldContain(word);

    [Fact]
    public void Half_a_surrogate_pair_does_not_break_the_body()
    {
        var body = ChatRequestBody.Write(SparrowSetup.Ask("cut \ud83d"));

        JsonDocument.Parse(body).RootElement.GetProperty("message").GetString().ShouldBe("cut \ufffd");
    }

    [Fact]
    public void An_attachment_is_echoed_byte_for_byte()
    {
        const string received = """{ "id" : "file-1", "size":1.50e3, "name":"\u62a5\/x", "future":null }""";

        var body = Encoding.UTF8.GetString(ChatRequestBody.Write(SparrowSetup.Ask() with { Attachments = [SparrowSetup.Json(received)] }));

        body.ShouldContain($"\"attachments\":[{received}]");
    }
}
