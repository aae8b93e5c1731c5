using System.Text.Json;

namespace SparrowFunctions.Tests.Emulator;

/// <summary>Keys that the emulator issues, as the vendor's console does.</summary>
public sealed class AccessTokenTests
{
    private const string Path = "/console/access_token";

    [Fact]
    public async Task A_key_that_was_issued_is_valid_and_revokes_the_one_before()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"validTokens":["mine"]}""");

        var first = Key(await sparrow.ChatAsync(new { email = "me@example.com", password = "p", ttl = 60 }, Path, key: null));
        (await sparrow.ChatAsync(new { message = "x" }, key: first)).Status.ShouldBe(200);
        var second = Key(await sparrow.ChatAsync(new { email = "me@example.com", password = "p" }, Path, key: null));

        (await sparrow.ChatAsync(new { message = "x" }, key: first)).Status.ShouldBe(401);
        (await sparrow.ChatAsync(new { message = "x" }, key: second)).Status.ShouldBe(200);
        (await sparrow.ChatAsync(new { message = "x" }, key: "mine")).Status.ShouldBe(200);
        (await sparrow.CallsAsync()).Select(call => call.GetProperty("route").GetString()).ShouldAllBe(route => route == "/standard/all-tools");
    }

    [Fact]
    public async Task A_key_ends_with_its_time()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);

        var answer = await sparrow.ChatAsync(new { email = "me@example.com", password = "p", ttl = 60 }, Path, key: null);

        answer.Json.GetProperty("expired_at").GetInt64().ShouldBe(time.GetUtcNow().AddSeconds(60).ToUnixTimeSeconds());
        answer.Json.GetProperty("username").GetString().ShouldBe("me");
        time.Advance(TimeSpan.FromSeconds(59));
        (await sparrow.ChatAsync(new { message = "x" }, key: Key(answer))).Status.ShouldBe(200);
        time.Advance(TimeSpan.FromSeconds(1));
        (await sparrow.ChatAsync(new { message = "x" }, key: Key(answer))).Status.ShouldBe(401);
        await sparrow.ResetAsync();
        (await sparrow.ChatAsync(new { message = "x" }, key: Key(answer))).Status.ShouldBe(200, "any key is valid again");
    }

    [Theory]
    [InlineData("""{"password":"p","ttl":1}""", "email is missing")]
    [InlineData("""{"email":"e","password":"","ttl":1}""", "password is missing")]
    [InlineData("""{"email":"e","password":"p","ttl":"1"}""", "ttl must be a whole number")]
    [InlineData("""{"email":"e","password":"p","ttl":0}""", "ttl must be a whole number")]
    [InlineData("[]", "must be a JSON object")]
    public async Task A_wrong_request_is_told(string body, string problem)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();

        var answer = await sparrow.ChatAsync(JsonDocument.Parse(body).RootElement, Path, key: null);

        answer.Status.ShouldBe(409);
        answer.Detail.ShouldContain(problem);
    }

    private static string Key(EmulatorDriver.Answer answer)
    {
        answer.Status.ShouldBe(200, answer.Text);
        return answer.Json.GetProperty("access_token").GetString()!;
    }
}
