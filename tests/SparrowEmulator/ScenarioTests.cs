namespace SparrowFunctions.Tests.Emulator;

public sealed class ScenarioTests
{
    [Fact]
    public async Task Browsing_quotes_a_page_and_cites_it_at_the_right_place()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var answer = await PlayAsync(sparrow, "browsing");

        Types(answer).ShouldBe(["text", "text", "code", "tether_browsing_display", "tether_quote", "text"]);
        var citation = answer.LastMessage.GetProperty("metadata").GetProperty("citations")[0];
        var codePoints = answer.Said.EnumerateRunes().ToArray();
        string.Concat(codePoints[citation.GetProperty("start_ix").GetInt32()..citation.GetProperty("end_ix").GetInt32()]).ShouldBe("【1†source】");
        answer.Said.ShouldEndWith("\"x\"");
    }

    [Fact]
    public async Task A_tool_may_fail_on_the_way_to_the_answer()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var answer = await PlayAsync(sparrow, "systemError");

        Types(answer).ShouldBe(["text", "text", "code", "system_error", "text"]);
        answer.Said.ShouldEndWith("\"x\"");
    }

    [Fact]
    public async Task An_answer_may_stand_twice_under_one_id()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var last = (await PlayAsync(sparrow, "inProgress")).Json.GetProperty("contents").EnumerateArray().TakeLast(2).Select(e => e.GetProperty("message")).ToArray();

        last.Select(message => message.GetProperty("id").GetString()).Distinct().ShouldHaveSingleItem();
        last.Select(message => message.GetProperty("status").GetString()).ShouldBe(["in_progress", "finished_successfully"]);
    }

    [Fact]
    public async Task A_long_answer_may_be_continued()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var last = (await PlayAsync(sparrow, "continued")).Json.GetProperty("contents").EnumerateArray().TakeLast(2).Select(e => e.GetProperty("message")).ToArray();

        last.Select(message => message.GetProperty("metadata").GetProperty("finish_details").GetProperty("type").GetString()).ShouldBe(["max_tokens", "stop"]);
        string.Concat(last.Select(message => message.GetProperty("content").GetProperty("parts")[0].GetString())).ShouldEndWith("\"x\"");
    }

    [Fact]
    public async Task An_action_may_wait_to_be_confirmed()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var answer = await PlayAsync(sparrow, "confirmAction");

        answer.LastMessage.GetProperty("metadata").GetProperty("jit_plugin_data").GetProperty("from_server").GetProperty("type").GetString().ShouldBe("confirm_action");
        (await sparrow.GoOnAsync(answer, "go on")).Status.ShouldBe(200);
    }

    private static async Task<EmulatorDriver.Answer> PlayAsync(EmulatorDriver sparrow, string scenario)
    {
        await sparrow.AnswerAsync($$"""[{"promptContains":"x","scenario":"{{scenario}}"}]""");
        return await sparrow.ChatAsync(new { message = "x", model = "gpt-4" });
    }

    private static IEnumerable<string?> Types(EmulatorDriver.Answer answer) => answer.Json.GetProperty("contents").EnumerateArray()
        .Select(entry => entry.GetProperty("message").GetProperty("content").GetProperty("content_type").GetString());
}
