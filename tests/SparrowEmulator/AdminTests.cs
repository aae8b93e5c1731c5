namespace SparrowFunctions.Tests.Emulator;

public sealed class AdminTests
{
    [Theory]
    [InlineData("PUT", "settings", """{"latency":1}""", "latency is not a known field")]
    [InlineData("PUT", "settings", """{"concurrency":{"free":1}}""", "concurrency.free is not a known field")]
    [InlineData("PUT", "settings", """{"latencyMs":"slow"}""", "latencyMs has a value of the wrong type")]
    [InlineData("PUT", "settings", """{"latencyMs":-1}""", "latencyMs must be between")]
    [InlineData("PUT", "settings", """{"holdSeconds":0}""", "holdSeconds must be above 0")]
    [InlineData("PUT", "settings", """{"clockScale":0}""", "clockScale must be above 0")]
    [InlineData("PUT", "settings", """{"points":-10}""", "points must be 0 or more")]
    [InlineData("PUT", "settings", """{"concurrency":{"standard":-1}}""", "concurrency.standard must be 0 or more")]
    [InlineData("PUT", "settings", """{"concurrency":null}""", "concurrency has a value of the wrong type")]
    [InlineData("PUT", "settings", """{"openAiSystemShape":"sse"}""", "openAiSystemShape must be contents or choices")]
    [InlineData("PUT", "settings", """{"historyOffStatus":403}""", "historyOffStatus must be 404 or 500")]
    [InlineData("PUT", "settings", "[]", "Send a JSON object")]
    [InlineData("PUT", "settings", "{", "The body is not JSON")]
    [InlineData("POST", "release", "7", "Send a JSON object: {} for all calls")]
    [InlineData("POST", "release", """{"call":1}""", "call is not a known field")]
    [InlineData("POST", "release", """{"number":"one"}""", "number has a value of the wrong type")]
    [InlineData("POST", "release", """{"number":1}""", "number is 1, which no call has")]
    [InlineData("POST", "faults", """[{"fault":{"status":500}},{"fault":{"stat":500}}]""", "[1].fault.stat is not a known field")]
    [InlineData("POST", "faults", """[{"match":{"path":"/x"},"fault":{"status":500}}]""", "[0].match.path is not a known field")]
    [InlineData("POST", "faults", """[{"match":{}}]""", "'fault'")]
    [InlineData("POST", "faults", """[{"fault":{}}]""", "[0].fault is empty")]
    [InlineData("POST", "faults", """[{"fault":{"status":99}}]""", "[0].fault.status must be between 200 and 599")]
    [InlineData("POST", "faults", """[{"fault":{"drop":"later"}}]""", "[0].fault.drop has a value of the wrong type, or one that is not among those allowed")]
    [InlineData("POST", "faults", """[{"times":0,"fault":{"status":500}}]""", "[0].times must be 1 or more, or -1")]
    [InlineData("POST", "faults", """[{"match":{"nth":0},"fault":{"status":500}}]""", "[0].match.nth counts from 1")]
    [InlineData("POST", "faults", """[{"match":{"route":"/backend-api/namespace"},"fault":{"status":500}}]""", "[0].match.route is /backend-api/namespace alone, which faults never strike")]
    [InlineData("POST", "faults", """[{"match":{"route":"console/*"},"fault":{"status":500}}]""", "[0].match.route is /console/access_token alone, which faults never strike")]
    [InlineData("POST", "faults", "[7]", "[0] is not an object")]
    [InlineData("POST", "answers", """[{"contains":"x"}]""", "[0].contains is not a known field")]
    [InlineData("POST", "answers", """[{"files":[{"name":"a","base64":"%"}]}]""", "[0].files[0].base64 has a value of the wrong type")]
    [InlineData("POST", "answers", """[{"files":[{"name":"a"}]}]""", "'base64'")]
    [InlineData("POST", "answers", """[{"files":[{"name":"","base64":""}]}]""", "files[].name must not be empty")]
    public async Task What_is_wrong_is_400_and_named_and_changes_nothing(string method, string what, string body, string expected)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var before = await sparrow.TryAdminAsync(HttpMethod.Get, what, "");

        var answer = await sparrow.TryAdminAsync(new HttpMethod(method), what, body);

        answer.Status.ShouldBe(400, answer.Text);
        answer.Detail.ShouldContain(expected);
        (await sparrow.TryAdminAsync(HttpMethod.Get, what, "")).Text.ShouldBe(before.Text);
    }

    [Fact]
    public async Task Settings_are_merged_field_by_field()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"holdSeconds":5,"concurrency":{"standard":3},"validTokens":["a"]}""");
        await sparrow.SetAsync("""{"points":70,"concurrency":{"concurrent":4}}""");

        (await sparrow.TryAdminAsync(HttpMethod.Get, "settings", "")).Text.ShouldBe(
            """{"latencyMs":0,"holdSeconds":5,"points":70,"concurrency":{"standard":3,"concurrent":4},"clockScale":1,"validTokens":["a"],"linkSeconds":300,"escapeUrls":true,"historyOffStatus":404,"maxUploadBytes":100000000,"parents":"known","internalIdSeparator":":","openAiSystemShape":"contents","freeShape":"contents"}""");
    }

    [Fact]
    public async Task Faults_and_answers_are_shown_and_forgotten()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""{"match":{"route":"upload"},"fault":{"drop":"afterAccept","retryAfter":3}}""");
        await sparrow.AnswerAsync("""{"promptContains":"a","text":"b","images":[{}]}""");

        (await sparrow.TryAdminAsync(HttpMethod.Get, "faults", "")).Text.ShouldContain("\"drop\":\"afterAccept\"");
        (await sparrow.TryAdminAsync(HttpMethod.Get, "answers", "")).Text.ShouldContain("\"promptContains\":\"a\"");
        (await sparrow.TryAdminAsync(HttpMethod.Get, "answers", "")).Text.ShouldContain("\"base64\":null");
        (await sparrow.TryAdminAsync(HttpMethod.Delete, "faults", "")).Status.ShouldBe(200);
        (await sparrow.TryAdminAsync(HttpMethod.Delete, "answers", "")).Status.ShouldBe(200);

        (await sparrow.TryAdminAsync(HttpMethod.Get, "faults", "")).Text.ShouldBe("[]");
        (await sparrow.TryAdminAsync(HttpMethod.Get, "answers", "")).Text.ShouldBe("[]");
    }
}
