using System.Text;

namespace SparrowFunctions.Tests.Emulator;

public sealed class BadRequestTests
{
    [Theory]
    [InlineData("/standard/all-tools", "{", "not JSON")]
    [InlineData("/standard/all-tools", "", "not JSON")]
    [InlineData("/standard/all-tools", "[]", "object")]
    [InlineData("/standard/all-tools", """{"model":"gpt-4"}""", "message is missing")]
    [InlineData("/standard/all-tools", """{"message":""}""", "message is missing")]
    [InlineData("/standard/all-tools", """{"message":5}""", "message must be a string")]
    [InlineData("/standard/all-tools", """{"message":"x","model":4}""", "model must be a string")]
    [InlineData("/standard/all-tools", """{"message":"x","history_and_training_disabled":"no"}""", "history_and_training_disabled must be true or false")]
    [InlineData("/standard/all-tools", """{"message":"x","attachments":{}}""", "attachments must be an array")]
    [InlineData("/standard/all-tools", """{"message":"x","attachments":["file-1"]}""", "attachments[0] must be the object")]
    [InlineData("/standard/all-tools", """{"message":"x","parts":[{"name":"a"}]}""", "parts[0] has neither id nor asset_pointer")]
    [InlineData("/standard/gizmos", """{"message":"x"}""", "gizmo_id is missing")]
    [InlineData("/concurrent/gizmos", """{"message":"x","gizmo_id":""}""", "gizmo_id is missing")]
    [InlineData("/chat/action", """{"message":"x"}""", "gizmo_id is missing")]
    [InlineData("/standard/openai-system/all-tools", """{"message":"x"}""", "messages is missing")]
    [InlineData("/standard/openai-system/all-tools", """{"messages":[]}""", "messages is missing")]
    [InlineData("/standard/openai-system/all-tools", """{"messages":["x"]}""", "messages[0] must be an object")]
    [InlineData("/standard/openai-system/all-tools", """{"messages":[{"role":"system","content":"x"}]}""", "at least one of role user")]
    [InlineData("/standard/openai-system/all-tools", """{"messages":[{"role":"wizard","content":"x"}]}""", "messages[0].role is wizard")]
    [InlineData("/standard/openai-system/gizmos", """{"messages":[{"role":"user","content":"x"}]}""", "gizmo_id is missing")]
    [InlineData("/backend-api/conversation", """{"messages":[{"content":"x"}]}""", "messages[0].content is missing")]
    [InlineData("/backend-api/conversation", """{"messages":[{"content":{"parts":[1]}}]}""", "messages[0].content.parts[0] must be a string")]
    [InlineData("/standard/all-tools", """{"message":"cut \ud83d"}""", "no Unicode text")]
    [InlineData("/standard/all-tools", """{"message":"x","\ude00":1}""", "no Unicode text")]
    [InlineData("/standard/all-tools", """{"message":"x","attachments":[{"id":"file-1","name":"\ud83d.txt"}]}""", "no Unicode text")]
    [InlineData("/standard/openai-system/all-tools", """{"messages":[{"role":"user","content":"\ud83d\ud83d"}]}""", "no Unicode text")]
    [InlineData("/backend-api/conversation", """{"messages":[{"content":{"parts":["\udc00"]}}]}""", "no Unicode text")]
    public Task A_wrong_parameter_is_409_and_named(string path, string body, string expected) => IsRefusedAsync(path, Encoding.UTF8.GetBytes(body), expected);

    [Fact]
    public Task Text_that_is_not_UTF_8_is_409() =>
        IsRefusedAsync("/standard/all-tools", [.. "{\"message\":\""u8, /* GBK */ 0xC4, 0xE3, 0xBA, 0xC3, .. "\"}"u8], "no Unicode text");

    private static async Task IsRefusedAsync(string path, byte[] body, string expected)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", "k");

        using var response = await sparrow.Http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(409);
        (await response.Content.ReadAsStringAsync()).ShouldContain(expected);
        var call = (await sparrow.CallsAsync()).ShouldHaveSingleItem();
        call.GetProperty("status").GetInt32().ShouldBe(409);
        call.GetProperty("billed").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Sloppy_bodies_of_known_clients_are_taken()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();

        var answer = await sparrow.ChatAsync(new
        {
            message = "x",
            gizmo_id = "",
            conversation_id = "",
            parent_message_id = (string?)null,
            attachments = new object?[] { null },
            parts = Array.Empty<object>(),
            stream = false,
            max_tokens = 12000,
        });

        answer.Status.ShouldBe(200, answer.Text);
    }
}
