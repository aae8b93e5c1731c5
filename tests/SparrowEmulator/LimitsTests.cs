using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace SparrowFunctions.Tests.Emulator;

public sealed class LimitsTests
{
    [Fact]
    public async Task Points_are_taken_ten_a_call_and_run_out_in_402()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"points":25}""");

        (await sparrow.ChatAsync(new { message = "1" }, key: "a")).Status.ShouldBe(200);
        (await sparrow.UploadAsync([1], "free.bin")).Status.ShouldBe(200);
        (await sparrow.ChatAsync(new { message = "2" }, key: "b")).Status.ShouldBe(200);
        var broke = await sparrow.ChatAsync(new { message = "3" });
        broke.Status.ShouldBe(402);
        broke.Detail.ShouldContain("points");
        (await sparrow.CallsAsync())[^1].GetProperty("billed").GetBoolean().ShouldBeFalse();
        (await sparrow.TryAdminAsync(HttpMethod.Get, "settings", "")).Json.GetProperty("points").GetInt32().ShouldBe(5);

        await sparrow.SetAsync("""{"points":10}""");
        (await sparrow.ChatAsync(new { message = "4" })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Calls_at_once_can_not_overdraw_the_points()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"points":50,"latencyMs":20}""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => sparrow.ChatAsync(new { message = $"{i}" })));

        answers.Count(answer => answer.Status == 200).ShouldBe(5);
        answers.Count(answer => answer.Status == 402).ShouldBe(15);
    }

    [Fact]
    public async Task The_free_conversation_takes_no_points()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"points":0}""");
        var body = new { messages = new[] { new { content = new { content_type = "text", parts = new[] { "hi" } } } } };

        (await sparrow.ChatAsync(body, "/backend-api/conversation", "key")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("standard", "/standard/all-tools", "/concurrent/all-tools")]
    [InlineData("standard", "/chat/all-tools", "/concurrent/all-tools")]
    [InlineData("concurrent", "/concurrent/all-tools", "/standard/all-tools")]
    public async Task Each_mode_has_a_cap_of_its_own(string mode, string capped, string other)
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        await sparrow.SetAsync($$$"""{"latencyMs":60000,"concurrency":{"{{{mode}}}":2}}""");
        var running = Enumerable.Range(0, 2).Select(_ => sparrow.ChatAsync(new { message = "slow" }, capped)).ToArray();
        await sparrow.CallsWhenAsync(calls => calls.Count(call => call.GetProperty("prompt").ValueKind == JsonValueKind.String) == 2);

        var refused = await sparrow.ChatAsync(new { message = "one more" }, capped);
        refused.Status.ShouldBe(429);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        refused.Detail.ShouldContain("Too many requests");
        await sparrow.SetAsync("""{"latencyMs":0}""");
        (await sparrow.ChatAsync(new { message = "elsewhere" }, other)).Status.ShouldBe(200);

        await EmulatorDriver.AdvanceUntilAsync(time, TimeSpan.FromMinutes(1), Task.WhenAll(running));
        (await Task.WhenAll(running)).ShouldAllBe(answer => answer.Status == 200);
        (await sparrow.ChatAsync(new { message = "now" }, capped)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Two_hundred_slow_calls_run_at_once()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        await sparrow.SetAsync("""{"latencyMs":480000}""");
        var running = Enumerable.Range(0, 200).Select(i => sparrow.ChatAsync(new { message = $"question {i}" })).ToArray();
        await sparrow.CallsWhenAsync(calls => calls.Count(call => call.GetProperty("prompt").ValueKind == JsonValueKind.String) == 200);

        await EmulatorDriver.AdvanceUntilAsync(time, TimeSpan.FromMinutes(8), Task.WhenAll(running));

        var answers = await Task.WhenAll(running);
        for (var i = 0; i < answers.Length; i++) answers[i].Said.ShouldEndWith($"\"question {i}\"");
        answers.Select(answer => answer.ConversationId).Distinct().Count().ShouldBe(200);
        (await sparrow.CallsAsync()).ShouldAllBe(call => call.GetProperty("billed").GetBoolean());
    }
}
