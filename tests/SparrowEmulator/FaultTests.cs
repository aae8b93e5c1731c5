using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace SparrowFunctions.Tests.Emulator;

public sealed class FaultTests
{
    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(415)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(524)]
    public async Task A_status_is_answered_once_with_a_body_and_is_not_billed(int status)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"points":10}""");
        await sparrow.FaultAsync($$$"""[{"fault":{"status":{{{status}}}}}]""");

        var struck = await sparrow.ChatAsync(new { message = "x" });
        var next = await sparrow.ChatAsync(new { message = "x" });

        struck.Status.ShouldBe(status);
        struck.Json.TryGetProperty("detail", out _).ShouldBeTrue();
        struck.Headers.RetryAfter.ShouldBeNull();
        next.Status.ShouldBe(200);
        var calls = await sparrow.CallsAsync();
        calls[0].GetProperty("status").GetInt32().ShouldBe(status);
        calls[0].GetProperty("billed").GetBoolean().ShouldBeFalse();
        calls[1].GetProperty("billed").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Body_and_retry_after_are_sent_as_given()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""
            [{"fault":{"status":429,"retryAfter":7}},
             {"fault":{"status":429,"retryAfter":"Wed, 21 Oct 2026 07:28:00 GMT","body":{"error":{"code":"insufficient_quota"}}}},
             {"fault":{"status":500,"body":"plain words"}},
             {"fault":{"status":502,"htmlBody":true}},
             {"fault":{"status":503,"htmlBody":"<p>mine</p>"}}]
            """);

        var rate = await sparrow.ChatAsync(new { message = "x" });
        rate.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        rate.Json.GetProperty("detail").GetProperty("clears_in").GetDouble().ShouldBe(7);
        var quota = await sparrow.ChatAsync(new { message = "x" });
        quota.Headers.RetryAfter!.Date.ShouldNotBeNull();
        quota.Text.ShouldBe("""{"error":{"code":"insufficient_quota"}}""");
        var plain = await sparrow.ChatAsync(new { message = "x" });
        plain.Text.ShouldBe("plain words");
        plain.ContentHeaders.ContentType!.MediaType.ShouldBe("text/plain");
        var page = await sparrow.ChatAsync(new { message = "x" });
        page.ContentHeaders.ContentType!.MediaType.ShouldBe("text/html");
        page.Text.ShouldStartWith("<!DOCTYPE html>");
        (await sparrow.ChatAsync(new { message = "x" })).Text.ShouldBe("<p>mine</p>");
    }

    [Theory]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(304)]
    public async Task Statuses_without_a_body_can_be_asked_for_too(int status)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync($$$"""[{"fault":{"status":{{{status}}}}}]""");

        (await sparrow.ChatAsync(new { message = "x" })).Status.ShouldBe(status);
        (await sparrow.CallsAsync())[0].GetProperty("billed").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Dropped_before_is_a_reset_without_a_byte_and_not_billed()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""[{"fault":{"status":0,"drop":"before"}}]""");

        var (received, wasReset) = await sparrow.RawChatAsync("x");

        received.ShouldBeEmpty();
        wasReset.ShouldBeTrue();
        await ShouldBeLedgeredAsync(sparrow, status: 0, billed: false);
    }

    [Fact]
    public async Task Dropped_after_acceptance_is_a_reset_without_a_byte_and_billed()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""[{"fault":{"drop":"afterAccept"}}]""");

        var (received, wasReset) = await sparrow.RawChatAsync("x");

        received.ShouldBeEmpty();
        wasReset.ShouldBeTrue();
        await ShouldBeLedgeredAsync(sparrow, status: 0, billed: true);
    }

    [Fact]
    public async Task Dropped_midway_is_a_200_with_half_a_body_and_billed()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""[{"fault":{"status":500,"drop":"midBody"}}]""");

        var (received, wasReset) = await sparrow.RawChatAsync("x");

        wasReset.ShouldBeTrue();
        received.ShouldStartWith("HTTP/1.1 200 OK");
        received.ShouldContain("{\"created\":");
        received.ShouldNotEndWith("}");
        await ShouldBeLedgeredAsync(sparrow, status: 200, billed: true);
    }

    [Fact]
    public async Task A_dropped_answer_is_still_part_of_its_conversation()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"parents":"last"}""");
        var turn = await sparrow.ChatAsync(new { message = "one" });
        await sparrow.FaultAsync("""[{"fault":{"drop":"afterAccept"}}]""");

        await Should.ThrowAsync<HttpRequestException>(() => sparrow.GoOnAsync(turn, "two"));

        (await sparrow.GoOnAsync(turn, "two again")).Status.ShouldBe(409);
    }

    [Fact]
    public async Task A_200_may_be_cut_in_its_json_or_be_a_page()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""[{"fault":{"status":200,"body":"{\"created\":1,"}},{"fault":{"htmlBody":true}}]""");

        var cut = await sparrow.ChatAsync(new { message = "x" });
        var page = await sparrow.ChatAsync(new { message = "x" });

        (cut.Status, cut.Text).ShouldBe((200, "{\"created\":1,"));
        (page.Status, page.Text[..9]).ShouldBe((200, "<!DOCTYPE"));
        (await sparrow.CallsAsync()).ShouldAllBe(call => call.GetProperty("billed").GetBoolean());
    }

    [Fact]
    public async Task An_answer_may_be_an_error_or_missing_or_from_another_model()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""
            [{"fault":{"inBandError":true}},{"fault":{"inBandError":"oh no"}},{"fault":{"noAnswer":true}},
             {"fault":{"wrongModel":true}},{"fault":{"wrongModel":"gpt-3.5-turbo-0301"}}]
            """);

        LastEntry(await sparrow.ChatAsync(new { message = "x" })).GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        var named = LastEntry(await sparrow.ChatAsync(new { message = "x" }));
        named.GetProperty("error").GetString().ShouldBe("oh no");
        named.GetProperty("message").ValueKind.ShouldBe(JsonValueKind.Null);
        var missing = await sparrow.ChatAsync(new { message = "x" });
        missing.Status.ShouldBe(200);
        missing.LastMessage.GetProperty("recipient").GetString().ShouldBe("python");
        (await sparrow.ChatAsync(new { message = "x", model = "gpt-4" })).Slug.ShouldBe("text-davinci-002-render-sha");
        (await sparrow.ChatAsync(new { message = "x", model = "gpt-4" })).Slug.ShouldBe("gpt-3.5-turbo-0301");
        (await sparrow.ChatAsync(new { message = "x", model = "gpt-4" })).Slug.ShouldBe("gpt-4");
        (await sparrow.CallsAsync()).ShouldAllBe(call => call.GetProperty("billed").GetBoolean());
    }

    [Fact]
    public async Task A_delay_holds_the_response_back()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        await sparrow.FaultAsync("""[{"fault":{"status":503,"delayMs":5000}}]""");
        var running = sparrow.ChatAsync(new { message = "x" });
        await sparrow.CallsWhenAsync(calls => calls.Length == 1 && calls[0].GetProperty("prompt").GetString() == "x");
        running.IsCompleted.ShouldBeFalse();

        await EmulatorDriver.AdvanceUntilAsync(time, TimeSpan.FromSeconds(5), running);

        (await running).Status.ShouldBe(503);
        var call = (await sparrow.CallsAsync())[0];
        (call.GetProperty("ended").GetDateTimeOffset() - call.GetProperty("started").GetDateTimeOffset()).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Rules_count_their_matches_and_the_first_that_is_due_wins()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""
            [{"match":{"promptContains":"b","nth":2},"fault":{"status":500}},
             {"match":{"promptContains":"b","nth":2},"times":2,"fault":{"status":502}},
             {"match":{"promptContains":"c"},"times":-1,"fault":{"status":503}}]
            """);
        var statuses = new List<int>();
        foreach (var prompt in (string[])["b", "a", "b", "b", "b", "c", "c", "B", "c"]) statuses.Add((await sparrow.ChatAsync(new { message = prompt })).Status);

        statuses.ShouldBe([200, 200, 500, 502, 502, 503, 503, 200, 503]);
    }

    [Fact]
    public async Task A_rule_counts_the_calls_that_an_earlier_rule_takes()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""[{"match":{"nth":1},"fault":{"status":500}},{"match":{"nth":2},"fault":{"status":502}}]""");
        var statuses = new List<int>();
        for (var i = 0; i < 3; i++) statuses.Add((await sparrow.ChatAsync(new { message = "x" })).Status);

        statuses.ShouldBe([500, 502, 200]);
    }

    [Fact]
    public async Task A_rule_without_a_route_is_about_chats_only()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync("""[{"times":-1,"fault":{"status":500}}]""");

        (await sparrow.UploadAsync([1], "a.bin")).Status.ShouldBe(200);
        (await sparrow.ChatAsync(new { message = "x" }, "/concurrent/all-tools")).Status.ShouldBe(500);
    }

    [Theory]
    [InlineData("/standard/uploaded")]
    [InlineData("upload")]
    [InlineData("/standard*")]
    public async Task A_route_may_be_a_path_a_kind_or_a_beginning(string route)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync($$$"""[{"match":{"route":"{{{route}}}"},"fault":{"status":503}}]""");

        (await sparrow.ChatAsync(new { message = "x" }, "/chat/all-tools")).Status.ShouldBe(200);
        (await sparrow.UploadAsync([1], "a.bin", path: "/concurrent/uploaded")).Status.ShouldBe(route == "upload" ? 503 : 200);
        (await sparrow.UploadAsync([1], "a.bin")).Status.ShouldBe(route == "upload" ? 200 : 503);
    }

    [Theory]
    [InlineData("before")]
    [InlineData("afterAccept")]
    [InlineData("midBody")]
    public async Task Uploads_can_be_dropped(string point)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.FaultAsync($$$"""[{"match":{"route":"upload"},"fault":{"drop":"{{{point}}}"}}]""");

        await Should.ThrowAsync<HttpRequestException>(() => sparrow.UploadAsync([1], "a.bin"));

        (await sparrow.UploadAsync([1], "a.bin")).Status.ShouldBe(200);
        (await sparrow.CallsAsync()).ShouldAllBe(call => !call.GetProperty("billed").GetBoolean());
    }

    [Fact]
    public async Task Downloads_can_fail_in_every_way()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.AnswerAsync("""[{"files":[{"name":"a.csv","base64":"YSxi"}]}]""");
        await sparrow.FaultAsync("""
            [{"match":{"route":"/file-"},"fault":{"status":403}},
             {"match":{"route":"/file-"},"fault":{"status":404}},
             {"match":{"route":"/file-*"},"fault":{"status":500}},
             {"match":{"route":"download"},"fault":{"htmlBody":true}},
             {"match":{"route":"download"},"fault":{"drop":"midBody"}}]
            """);
        var url = (await sparrow.ChatAsync(new { message = "x", history_and_training_disabled = false })).Downloads[0];

        (await sparrow.DownloadAsync(url)).Text.ShouldContain("<Code>AuthenticationFailed</Code>");
        (await sparrow.DownloadAsync(url)).Status.ShouldBe(404);
        (await sparrow.DownloadAsync(url)).Status.ShouldBe(500);
        (await sparrow.DownloadAsync(url)).Text.ShouldStartWith("<!DOCTYPE html>");
        await Should.ThrowAsync<HttpRequestException>(() => sparrow.DownloadAsync(url));
        (await sparrow.DownloadAsync(url)).Text.ShouldBe("a,b");
    }

    [Fact]
    public async Task A_download_may_never_end()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.AnswerAsync("""[{"files":[{"name":"a.csv","base64":"YSxi"}]}]""");
        await sparrow.FaultAsync("""[{"match":{"route":"download"},"fault":{"endless":true}}]""");
        var url = (await sparrow.ChatAsync(new { message = "x", history_and_training_disabled = false })).Downloads[0];

        using var response = await sparrow.Http.GetAsync(System.Net.WebUtility.HtmlDecode(url), HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentLength.ShouldBeNull();
        var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[200_000]);
    }

    private static JsonElement LastEntry(EmulatorDriver.Answer answer) => answer.Json.GetProperty("contents").EnumerateArray().Last();

    private static async Task ShouldBeLedgeredAsync(EmulatorDriver sparrow, int status, bool billed)
    {
        var call = (await sparrow.CallsAsync()).ShouldHaveSingleItem();
        call.GetProperty("status").GetInt32().ShouldBe(status);
        call.GetProperty("billed").GetBoolean().ShouldBe(billed);
        call.GetProperty("ended").ValueKind.ShouldBe(JsonValueKind.String);
        call.GetProperty("prompt").GetString().ShouldBe("x");
    }
}
