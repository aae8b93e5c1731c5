namespace SparrowFunctions.Tests.Emulator;

public sealed class RoutesTests
{
    [Theory]
    [InlineData("/standard/all-tools")]
    [InlineData("/standard/gizmos")]
    [InlineData("/concurrent/all-tools")]
    [InlineData("/concurrent/gizmos")]
    [InlineData("/chat/all-tools")]
    [InlineData("/chat/action")]
    public async Task Routes_of_one_message_answer(string path)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();

        var answer = await sparrow.ChatAsync(new { message = "hello", model = "gpt-4", gizmo_id = "g-1" }, path);

        answer.Status.ShouldBe(200, answer.Text);
        answer.Said.ShouldEndWith("\"hello\"");
        var call = (await sparrow.CallsAsync()).ShouldHaveSingleItem();
        call.GetProperty("route").GetString().ShouldBe(path);
    }

    [Theory]
    [InlineData("/standard/openai-system/all-tools")]
    [InlineData("/standard/openai-system/gizmos")]
    [InlineData("/concurrent/openai-system/all-tools")]
    [InlineData("/concurrent/openai-system/gizmos")]
    public async Task Routes_of_several_messages_answer_the_last_user_text(string path)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();

        var answer = await sparrow.ChatAsync(
            new { model = "gpt-4", gizmo_id = "g-1", messages = new[] { new { role = "user", content = "one" }, new { role = "bot", content = "two" }, new { role = "user", content = "three" } } },
            path);

        answer.Said.ShouldEndWith("\"three\"");
        var call = (await sparrow.CallsAsync()).ShouldHaveSingleItem();
        call.GetProperty("prompt").GetString().ShouldBe("three");
        call.GetProperty("messages").GetRawText().ShouldBe(
            """[{"role":"user","content":"one"},{"role":"assistant","content":"two"},{"role":"user","content":"three"}]""");
    }

    [Theory]
    [InlineData("/standard/uploaded", "files", null)]
    [InlineData("/standard/uploaded", "file", "my_files")]
    [InlineData("/concurrent/uploaded", "file", "my_files")]
    [InlineData("/chat/uploaded", "files", "my_files")]
    [InlineData("/standard/chat/uploaded", "file", "my_files")]
    public async Task Upload_routes_take_both_field_names(string path, string field, string? type)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();

        var upload = await sparrow.UploadAsync("x"u8.ToArray(), "a.txt", type: type, field: field, path: path);

        upload.Status.ShouldBe(200, upload.Text);
        upload.ConversationId.ShouldMatch("^internal:[A-Za-z0-9]{22}$");
        upload.Json.GetProperty("part").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        upload.Json.GetProperty("attachment").GetProperty("mimeType").GetString().ShouldBe("text/plain");
    }

    [Fact]
    public async Task The_free_host_counts_its_pool_for_a_bare_key()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/backend-api/namespace");
        request.Headers.TryAddWithoutValidation("Authorization", "key");

        using var response = await sparrow.Http.SendAsync(request);

        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"count":1000}""");
        (await sparrow.Http.GetAsync("/backend-api/namespace")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_404_as_json()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();

        var answer = await sparrow.ChatAsync(new { message = "x" }, "/v1/chat/completions");

        answer.Status.ShouldBe(404);
        answer.Detail.ShouldContain("/v1/chat/completions");
    }

    [Theory]
    [InlineData("Bearer key")]
    [InlineData("bearer key")]
    [InlineData("key")]
    public async Task Both_forms_of_the_key_are_the_same_key(string header)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"validTokens":["key"]}""");

        (await sparrow.ChatAsync(new { message = "x" }, key: header)).Status.ShouldBe(200);

        (await sparrow.CallsAsync())[0].GetProperty("tokenHash").GetString().ShouldBe("2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ")]
    [InlineData("other")]
    public async Task A_key_that_is_missing_or_not_valid_is_401(string? header)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"validTokens":["key"]}""");

        (await sparrow.ChatAsync(new { message = "x" }, key: header)).Status.ShouldBe(401);
        (await sparrow.UploadAsync([1], "a.bin", key: header)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_key_can_be_revoked_while_it_is_in_use()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        (await sparrow.ChatAsync(new { message = "x" }, key: "old")).Status.ShouldBe(200);

        await sparrow.SetAsync("""{"validTokens":["new"]}""");
        (await sparrow.ChatAsync(new { message = "x" }, key: "old")).Status.ShouldBe(401);
        await sparrow.SetAsync("""{"validTokens":null}""");
        (await sparrow.ChatAsync(new { message = "x" }, key: "old")).Status.ShouldBe(200);
    }
}
