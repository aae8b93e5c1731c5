using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Emulator;

public sealed class LedgerTests
{
    [Fact]
    public async Task A_call_shows_exactly_the_fields_of_the_contract()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.ChatAsync(new { message = "x" });

        (await sparrow.CallsAsync())[0].EnumerateObject().Select(field => field.Name).ShouldBe(
        [
            "number", "kind", "route", "tokenHash", "prompt", "messages", "conversation_id", "parent_message_id", "files", "started", "ended", "status", "billed",
        ]);
    }

    [Theory]
    [InlineData("other")]
    [InlineData(null)]
    public async Task What_was_asked_with_a_wrong_key_stands_there_too(string? key)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"validTokens":["key"]}""");

        (await sparrow.ChatAsync(new { message = "hello", conversation_id = "c", parent_message_id = "p" }, key: key)).Status.ShouldBe(401);
        (await sparrow.ChatAsync(new { message = 5 }, key: key)).Status.ShouldBe(401, "the key is judged before the body");

        var calls = await sparrow.CallsAsync();
        calls.Select(call => call.GetProperty("status").GetInt32()).ShouldBe([401, 401]);
        calls[0].GetProperty("prompt").GetString().ShouldBe("hello");
        calls[0].GetProperty("messages").GetArrayLength().ShouldBe(1);
        calls[0].GetProperty("conversation_id").GetString().ShouldBe("c");
        calls[0].GetProperty("parent_message_id").GetString().ShouldBe("p");
        calls[0].GetProperty("billed").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Calls_stand_in_order_of_arrival_and_a_running_one_has_no_status()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        await sparrow.SetAsync("""{"latencyMs":60000}""");
        var running = sparrow.ChatAsync(new { message = "slow" });
        await sparrow.CallsWhenAsync(calls => calls.Length == 1 && calls[0].GetProperty("prompt").GetString() == "slow");
        await sparrow.UploadAsync([1], "a.bin");

        var calls = await sparrow.CallsAsync();
        calls.Select(call => call.GetProperty("number").GetInt32()).ShouldBe([1, 2]);
        calls.Select(call => call.GetProperty("kind").GetString()).ShouldBe(["chat", "upload"]);
        calls[0].GetProperty("status").ValueKind.ShouldBe(JsonValueKind.Null);
        calls[0].GetProperty("ended").ValueKind.ShouldBe(JsonValueKind.Null);
        calls[0].GetProperty("billed").GetBoolean().ShouldBeFalse();
        calls[1].GetProperty("status").GetInt32().ShouldBe(200);
        calls[1].GetProperty("billed").GetBoolean().ShouldBeFalse();

        await EmulatorDriver.AdvanceUntilAsync(time, TimeSpan.FromMinutes(1), running);
        (await running).Status.ShouldBe(200);
        (await sparrow.CallsAsync())[0].GetProperty("billed").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_call_whose_client_has_gone_is_worked_off_and_billed()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        var turn = await sparrow.ChatAsync(new { message = "one" });
        await sparrow.SetAsync("""{"latencyMs":60000,"parents":"last","points":10}""");
        using (var client = new HttpClient { BaseAddress = sparrow.Http.BaseAddress, Timeout = Eventually.Limit })
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/standard/all-tools"))
        {
            request.Headers.TryAddWithoutValidation("Authorization", "key");
            request.Content = System.Net.Http.Json.JsonContent.Create(
                new { message = "two", conversation_id = turn.ConversationId, parent_message_id = turn.MessageId });
            using var gone = new CancellationTokenSource();
            var sending = client.SendAsync(request, gone.Token);
            await sparrow.CallsWhenAsync(calls => calls.Length == 2 && calls[1].GetProperty("prompt").GetString() == "two");
            await gone.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => sending);
        }

        var ending = sparrow.CallsWhenAsync(calls => calls[1].GetProperty("ended").ValueKind == JsonValueKind.String);
        await EmulatorDriver.AdvanceUntilAsync(time, TimeSpan.FromMinutes(1), ending);

        var call = (await ending)[1];
        call.GetProperty("status").GetInt32().ShouldBe(200);
        call.GetProperty("billed").GetBoolean().ShouldBeTrue();
        await sparrow.SetAsync("""{"latencyMs":0,"holdSeconds":1000000}""");
        (await sparrow.GoOnAsync(turn, "two again")).Status.ShouldBe(409);
        (await sparrow.ChatAsync(new { message = "broke" })).Status.ShouldBe(402);
    }

    [Fact]
    public async Task A_call_that_is_released_ends_without_the_rest_of_its_latency_or_its_delay()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"latencyMs":86400000}""");
        await sparrow.FaultAsync("""{"match":{"promptContains":"three"},"fault":{"status":503,"delayMs":86400000}}""");
        var calls = new List<Task<EmulatorDriver.Answer>>();
        foreach (var message in (string[])["one", "two", "three"])
        {
            calls.Add(sparrow.ChatAsync(new { message }));
            await sparrow.CallsWhenAsync(seen => seen.Length == calls.Count);
        }

        await sparrow.ReleaseAsync("""{"number":2}""");
        (await calls[1]).Status.ShouldBe(200);
        (await sparrow.CallsAsync()).Select(call => call.GetProperty("ended").ValueKind).ShouldBe([JsonValueKind.Null, JsonValueKind.String, JsonValueKind.Null]);

        await sparrow.ReleaseAsync("{}");
        (await calls[0]).Status.ShouldBe(200);
        (await calls[2]).Status.ShouldBe(503);
        var later = sparrow.ChatAsync(new { message = "later" });
        await sparrow.CallsWhenAsync(seen => seen.Length == 4);
        later.IsCompleted.ShouldBeFalse("a release is for the calls of its time");
        await sparrow.ReleaseAsync("{}");
        (await later).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_upload_broken_off_is_no_upload()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync(System.Net.IPAddress.Loopback, sparrow.Http.BaseAddress!.Port);
            await client.GetStream().WriteAsync("POST /standard/uploaded HTTP/1.1\r\nHost: h\r\nAuthorization: k\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n--b\r\n"u8.ToArray());
            await sparrow.CallsWhenAsync(calls => calls.Length == 1);
        }

        var call = (await sparrow.CallsWhenAsync(calls => calls[0].GetProperty("ended").ValueKind == JsonValueKind.String))[0];
        call.GetProperty("status").GetInt32().ShouldBe(0);
        call.GetProperty("files").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Reset_forgets_everything()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var turn = await sparrow.ChatAsync(new { message = "one" });
        await sparrow.SetAsync("""{"points":0,"holdSeconds":1,"concurrency":{"standard":0}}""");
        await sparrow.FaultAsync("""[{"times":-1,"fault":{"status":500}}]""");
        await sparrow.AnswerAsync("""[{"text":"always"}]""");

        await sparrow.ResetAsync();

        (await sparrow.CallsAsync()).ShouldBeEmpty();
        (await sparrow.GoOnAsync(turn, "two")).Status.ShouldBe(404);
        (await sparrow.ChatAsync(new { message = "new" })).Said.ShouldEndWith("\"new\"");
        (await sparrow.CallsAsync()).Select(call => call.GetProperty("number").GetInt32()).ShouldBe([1, 2]);
    }
}
