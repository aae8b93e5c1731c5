namespace SparrowFunctions.Tests.Emulator;

public sealed class ResponseShapeTests
{
    private static readonly byte[] Note = "a note\n"u8.ToArray();

    [Fact]
    public async Task An_all_tools_turn_with_a_file_has_the_shape_of_the_guides_sample()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var upload = await sparrow.UploadAsync(Note, "note.md");
        upload.ShouldMatchGolden("upload-my-files");

        var answer = await sparrow.ChatAsync(new
        {
            message = "hello",
            model = "gpt-4",
            conversation_id = upload.ConversationId,
            attachments = new[] { upload.Json.GetProperty("attachment") },
        });

        answer.ShouldMatchGolden("all-tools");
        answer.MessageId.ShouldBe(answer.LastMessage.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_gizmo_turn_has_the_second_system_message_and_names_its_gizmo()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();

        var upload = await sparrow.UploadAsync(Note, "note.md");
        var answer = await sparrow.ChatAsync(
            new
            {
                message = "hello",
                model = "gpt-4-gizmo",
                gizmo_id = "g-HMNcP6w7d",
                conversation_id = upload.ConversationId,
                attachments = new[] { upload.Json.GetProperty("attachment") },
            },
            "/standard/gizmos");

        answer.ShouldMatchGolden("gizmos");
    }

    [Fact]
    public async Task An_image_goes_in_as_a_part_and_comes_back_in_the_echo()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var upload = await sparrow.UploadAsync(Images.Png(640, 480), "cat.png", type: "multimodal");
        upload.ShouldMatchGolden("upload-multimodal");

        var answer = await sparrow.ChatAsync(new
        {
            message = "what is it?",
            model = "gpt-4",
            conversation_id = upload.ConversationId,
            parts = new[] { upload.Json.GetProperty("part") },
        });

        answer.ShouldMatchGolden("image-in");
    }

    [Fact]
    public async Task A_code_interpreter_turn_links_its_file_and_signs_its_address()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.AnswerAsync("""[{"promptContains":"table","text":"Here it is.","files":[{"name":"numbers.csv","contentType":"text/csv","base64":"YSxi"}]}]""");

        var answer = await sparrow.ChatAsync(new { message = "a table please", model = "gpt-4", history_and_training_disabled = false });

        answer.ShouldMatchGolden("code-interpreter");
    }

    [Fact]
    public async Task A_dalle_turn_has_pictures_and_no_prose()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.AnswerAsync("""[{"promptContains":"draw","images":[{"name":"sparrow.png"}]}]""");

        var answer = await sparrow.ChatAsync(new { message = "draw a sparrow", model = "gpt-4" });

        answer.ShouldMatchGolden("dalle");
    }

    [Fact]
    public async Task Several_messages_are_answered_in_either_shape()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var body = new
        {
            model = "gpt-4",
            messages = new[] { new { role = "system", content = "Be short." }, new { role = "user", content = "hi" }, new { role = "assistant", content = "Hi!" }, new { role = "user", content = "and now?" } },
        };

        (await sparrow.ChatAsync(body, "/standard/openai-system/all-tools")).ShouldMatchGolden("openai-system-contents");
        await sparrow.SetAsync("""{"openAiSystemShape":"choices"}""");
        (await sparrow.ChatAsync(body, "/standard/openai-system/all-tools")).ShouldMatchGolden("openai-system-choices");
    }

    [Fact]
    public async Task The_free_conversation_answers_as_json_and_as_events()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var body = new { messages = new[] { new { content = new { content_type = "text", parts = new[] { "3 or 4?" } } } } };

        var json = await sparrow.ChatAsync(body, "/backend-api/conversation", "key");
        json.Said.ShouldEndWith("\"3 or 4?\"");
        json.Slug.ShouldBe("text-davinci-002-render-sha");

        await sparrow.SetAsync("""{"freeShape":"sse"}""");
        var events = (await sparrow.ChatAsync(body, "/backend-api/conversation", "key")).Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events.Length.ShouldBe(4);
        events.ShouldAllBe(e => e.StartsWith("data: "));
        events[^1].ShouldBe("data: [DONE]");
    }

    [Fact]
    public async Task Raw_contents_are_sent_as_they_stand()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        const string raw = """[{"message":null,"error":"odd"},{"message":{"id":"m-9","author":{"role":"assistant"},"content":{"content_type":"text","parts":["x"]}}}]""";
        await sparrow.AnswerAsync($$"""[{"promptContains":"raw","contents":{{raw}}}]""");

        var answer = await sparrow.ChatAsync(new { message = "raw" });

        answer.Json.GetProperty("contents").GetRawText().ShouldBe(raw);
        answer.MessageId.ShouldBe("m-9");
        (await sparrow.GoOnAsync(answer, "on")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_same_question_gets_the_same_text_ending_with_the_question_in_quotes()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        const string question = "Zeile 1\n\"麻雀\" & <b> 🐦";

        var first = await sparrow.ChatAsync(new { message = question });
        var second = await sparrow.ChatAsync(new { message = question });

        first.Said.ShouldEndWith($"\"{question}\"");
        second.Said.ShouldBe(first.Said);
        second.ConversationId.ShouldNotBe(first.ConversationId);
    }
}
