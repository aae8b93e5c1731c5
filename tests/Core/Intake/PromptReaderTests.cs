using CsCheck;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Tests.Core.Intake;

public sealed class PromptReaderTests
{
    private const string Everything = """
        {
          "v": 1, "id": "order-7", "prompt": "Summarise.", "model": "gpt-4", "gizmoId": "g-abc", "mode": "concurrent",
          "conversation": "客户 42", "turn": 3, "files": ["payloads/a b.pdf", "drop/x/y.png"], "wantFiles": false,
          "notBefore": "2026-11-23T10:00:00+02:00", "callback": {"url": "https://example.com/hook"},
          "metadata": {"order": 7}, "extra": {"max_tokens": 12}, "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        }
        """;

    [Fact]
    public void Every_field_is_read()
    {
        var prompt = Read(Everything);

        prompt.Id.ShouldBe("order-7");
        prompt.Text.ShouldBe("Summarise.");
        prompt.Model.ShouldBe("gpt-4");
        prompt.GizmoId.ShouldBe("g-abc");
        prompt.Mode.ShouldBe("concurrent");
        prompt.Conversation.ShouldBe("客户 42");
        prompt.Turn.ShouldBe(3);
        prompt.Files.ShouldBe([new BlobPath("payloads", "a b.pdf"), new BlobPath("drop", "x/y.png")]);
        prompt.WantFiles.ShouldBe(false);
        prompt.NotBefore.ShouldBe(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        prompt.CallbackUrl.ShouldBe("https://example.com/hook");
        prompt.Metadata!.Value.GetRawText().ShouldBe("{\"order\": 7}");
        prompt.Extra!.Value.GetProperty("max_tokens").GetInt32().ShouldBe(12);
        prompt.TraceParent.ShouldBe("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    [Fact]
    public void Messages_and_a_blob_can_stand_for_the_text()
    {
        Read("""{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]}""").Messages
            .ShouldBe([new PromptMessage("system", "Be brief."), new PromptMessage("user", "Hi")]);
        Read("""{"promptBlob":"payloads/long.txt"}""").TextBlob.ShouldBe(new BlobPath("payloads", "long.txt"));
    }

    [Fact]
    public void Null_stands_for_not_given() =>
        Read("""{"prompt":"x","model":null,"files":null,"turn":null,"wantFiles":null,"metadata":null}""").Files.ShouldBeEmpty();

    [Theory]
    // not JSON at all
    [InlineData("""{"prompt":"x" """, "The message is not JSON: line 1, byte ")]
    [InlineData("{\n  \"prompt\": oops\n}", "The message is not JSON: line 2, byte ")]
    [InlineData("""{"prompt":"x"} trailing""", "The message is not JSON")]
    [InlineData("""{"prompt":"x","prompt":"y"}""", "a field stands there twice")]
    // wrong types
    [InlineData("""{"prompt":5}""", "prompt: must be a string, not a number.")]
    [InlineData("""{"prompt":["x"]}""", "prompt: must be a string, not a list.")]
    [InlineData("""{"prompt":"x","turn":"2","conversation":"c"}""", "turn: must be a whole number from 1 up, not a string.")]
    [InlineData("""{"prompt":"x","turn":1.5,"conversation":"c"}""", "turn: must be a whole number from 1 to")]
    [InlineData("""{"prompt":"x","turn":0,"conversation":"c"}""", "turn: must be a whole number from 1 to")]
    [InlineData("""{"prompt":"x","files":"payloads/a"}""", "files: must be a list, not a string.")]
    [InlineData("""{"prompt":"x","files":["payloads/a",7]}""", "files[1]: must be a string, not a number.")]
    [InlineData("""{"prompt":"x","wantFiles":"yes"}""", "wantFiles: must be true or false, not a string.")]
    [InlineData("""{"prompt":"x","metadata":[]}""", "metadata: must be an object, not a list.")]
    [InlineData("""{"prompt":"x","extra":"y"}""", "extra: must be an object, not a string.")]
    [InlineData("""{"prompt":"x","notBefore":"tomorrow"}""", "notBefore: is not a time.")]
    [InlineData("""{"prompt":"x","notBefore":"2026-11-23T10:00:00"}""", "notBefore: has no offset")]
    [InlineData("""{"prompt":"x","traceparent":"abc"}""", "traceparent: is not a W3C traceparent.")]
    [InlineData("""{"prompt":"x","callback":"https://example.com"}""", "callback: must be an object, not a string.")]
    [InlineData("""{"prompt":"x","callback":{}}""", "callback.url: must be a string.")]
    [InlineData("""{"prompt":"x","callback":{"url":"https://e.com","secret":"s"}}""", "callback.secret: is not a field of a callback.")]
    // unknown
    [InlineData("""{"prompt":"x","colour":"red"}""", "colour: is not a field of a prompt. Remove it;")]
    [InlineData("""{"Prompt":"x"}""", "Prompt: is not a field of a prompt. Write it prompt.")]
    [InlineData("""{"prompt":"x","v":2}""", "v: must be a whole number from 1 to 1. This app reads version 1")]
    [InlineData("""{"prompt":"x","v":"1"}""", "v: must be a whole number from 1 up, not a string.")]
    [InlineData("""{"prompt":"x","mode":"fast"}""", "mode: is not a mode. Send one of standard, concurrent, free.")]
    // empty or contradictory
    [InlineData("""{}""", "prompt: is missing.")]
    [InlineData("""{"prompt":""}""", "prompt: is empty.")]
    [InlineData("""{"prompt":" \n "}""", "prompt: is empty.")]
    [InlineData("""{"prompt":"x","messages":[{"role":"user","content":"y"}]}""", "prompt: stands beside messages. Send only one of them.")]
    [InlineData("""{"prompt":"x","promptBlob":"payloads/a"}""", "prompt: stands beside promptBlob.")]
    [InlineData("""{"prompt":"x","turn":2}""", "turn: is given without a conversation.")]
    [InlineData("""{"messages":[]}""", "messages: is empty.")]
    [InlineData("""{"messages":["hi"]}""", "messages[0]: must be an object, not a string.")]
    [InlineData("""{"messages":[{"role":"bot","content":"x"},{"role":"user","content":"x"}]}""", "messages[0].role: is not a role.")]
    [InlineData("""{"messages":[{"role":"user","content":""}]}""", "messages[0].content: is empty.")]
    [InlineData("""{"messages":[{"role":"user","content":"x","name":"y"}]}""", "messages[0].name: is not a field of a message.")]
    [InlineData("""{"messages":[{"role":"system","content":"x"}]}""", "messages: has no message of the user.")]
    [InlineData("""{"prompt":"x","mode":"free","files":["payloads/a"]}""", "files: cannot be attached in mode free.")]
    // ids
    [InlineData("""{"prompt":"x","id":".."}""", "id: is not a valid id.")]
    [InlineData("""{"prompt":"x","id":"a/b"}""", "id: is not a valid id.")]
    [InlineData("""{"prompt":"x","id":"a\\b"}""", "id: is not a valid id.")]
    [InlineData("""{"prompt":"x","id":"ends."}""", "id: is not a valid id.")]
    [InlineData("""{"prompt":"x","id":"drop"}""", "id: is not a valid id.")]
    [InlineData("""{"prompt":"x","id":"batches"}""", "id: is not a valid id.")]
    [InlineData("""{"prompt":"x","id":7}""", "id: must be a string, not a number.")]
    // paths
    [InlineData("""{"prompt":"x","files":["report.pdf"]}""", "files[0]: is not of the form container/path.")]
    [InlineData("""{"prompt":"x","files":["/payloads/a"]}""", "files[0]: is not of the form container/path.")]
    [InlineData("""{"prompt":"x","files":["payloads/"]}""", "files[0]: is not of the form container/path.")]
    [InlineData("""{"prompt":"x","files":["payloads/../secrets/a"]}""", "files[0]: holds a . or .. segment.")]
    [InlineData("""{"prompt":"x","files":["Payloads/a"]}""", "files[0]: names no valid container")]
    [InlineData("""{"prompt":"x","promptBlob":"payloads/a\u0001b"}""", "promptBlob: holds control characters.")]
    [InlineData("""{"prompt":"\ud800"}""", "prompt: holds half of a surrogate pair")]
    [InlineData("""{"prompt":"x","\ud800":1}""", "no Unicode text")]
    [InlineData("""{"prompt":"x","metadata":{"a":"cut \ud83d"}}""", "metadata.a: holds half of a surrogate pair, which is no text. Send whole Unicode characters.")]
    [InlineData("""{"prompt":"x","metadata":{"fine":"\ud83d\ude00","a":[1,{"b":["x","\ude00"]}]}}""", "metadata.a[1].b[1]: holds half of a surrogate pair")]
    [InlineData("""{"prompt":"x","extra":{"stop":["\udc00"]}}""", "extra.stop[0]: holds half of a surrogate pair")]
    [InlineData("""{"prompt":"x","metadata":{"a":{"\ud800":1}}}""", "no Unicode text")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud83d"}]}""", "messages[0].content: holds half of a surrogate pair")]
    public void Bad_input_is_rejected_with_field_problem_and_remedy(string json, string reason)
    {
        PromptReader.ReadMessage(json, out var rejection).ShouldBeNull();

        rejection.ShouldNotBeNull().Reason.ShouldContain(reason);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        PromptReader.ReadMessage("""{"prompt":5,"colour":1,"turn":"x"}""", out var rejection);

        rejection!.Problems.Select(problem => problem.Field).ShouldBe(["colour", "prompt", "turn"]);
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("extra")]
    public void A_prompt_nests_as_deep_as_its_documents_can_take(string field)
    {
        var prompt = Read(Nested(field, PromptReader.MaxDepth));
        PromptReader.ReadMessage(Nested(field, PromptReader.MaxDepth + 1), out var rejection).ShouldBeNull();

        ContentDigest.Of(new AcceptedPrompt(prompt, null, [])).Length.ShouldBe(64);
        rejection!.Reason.ShouldStartWith("The message is nested deeper than 60 levels: line 1, byte ");
    }

    [Fact]
    public void A_conversation_key_has_at_most_256_characters()
    {
        Read($$"""{"prompt":"x","conversation":"{{new string('k', 256)}}"}""").Conversation!.Length.ShouldBe(256);
        PromptReader.ReadMessage($$"""{"prompt":"x","conversation":"{{new string('k', 257)}}"}""", out var rejection);
        rejection!.Reason.ShouldContain("conversation: is 257 characters long; at most 256 are taken.");
    }

    [Fact]
    public void No_text_ever_throws_and_every_rejection_says_why() =>
        Gen.OneOf(Gen.String, Gen.String.Select(text => "{" + text), Gen.String.Select(text => "{\"prompt\":" + text + "}"))
            .Sample(text =>
            {
                var prompt = PromptReader.ReadMessage(text, out var rejection);
                (prompt is null).ShouldBe(rejection is not null);
                rejection?.Reason.ShouldNotBeEmpty();
            });

    [Fact]
    public void What_the_writer_writes_the_reader_reads()
    {
        var prompt = Read(Everything);

        var again = Read(PromptWriter.Write(prompt));

        PromptWriter.Write(again).ShouldBe(PromptWriter.Write(prompt));
        (again with { Files = [], Metadata = null, Extra = null }).ShouldBe(prompt with { Files = [], Metadata = null, Extra = null });
        again.Files.ShouldBe(prompt.Files);
    }

    // The message itself is the first level
    private static string Nested(string field, int levels) =>
        $$$"""{"prompt":"x","{{{field}}}":{"a":{{{new string('[', levels - 2)}}}{{{new string(']', levels - 2)}}} }}""";

    private static Prompt Read(string text)
    {
        var prompt = PromptReader.ReadMessage(text, out var rejection);
        rejection?.Reason.ShouldBeNull();
        return prompt.ShouldNotBeNull();
    }
}
