using System.Globalization;
using System.Text.Json;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Tests.Core.Provisioning.Outbound;
using SparrowFunctions.Tests.Core.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Callbacks;

/// <summary>From the end of a job to its receiver, over real storage and real HTTP; only the clock is ours.</summary>
public sealed class CallbackDeliveryTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

    private readonly SpyNetwork _network = new();
    private RawServer _receiver = null!;
    private Pipeline _pipeline = null!;
    private CallbackLine _line = null!;
    private Func<int, RawConnection, Task> _answer = (_, connection) => connection.RespondAsync(204, "");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = new RawServer((request, connection) => _answer(request.Number, connection));
        _pipeline = await Pipeline.StartAsync(azurite, ("Callbacks__Secret", Secret), ("Callbacks__AllowedHosts", "127.0.0.1"));
        _line = new CallbackLine(_pipeline);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task The_end_of_a_job_is_told_signed()
    {
        await RunAsync("told", ""","metadata":{"order":7}""");
        await _line.DeliverNextAsync();

        var request = _receiver.Requests.ShouldHaveSingleItem();
        request.FirstLine.ShouldBe("POST /outcomes?token=1 HTTP/1.1");
        (request.Header("Content-Type"), request.Header("User-Agent")).ShouldBe(("application/json; charset=utf-8", "SparrowFunctions/1"));
        request.Header("traceparent").ShouldBeNull();
        (await WebhookVerifier.VerifyAsync(Secret, request)).ShouldBe(["ok"]);
        var (body, result) = (Body(request), await _pipeline.ResultAsync("told/result.json"));
        (Text(body, "type"), Text(body, "timestamp")).ShouldBe(("job.succeeded", Text(result, "endedAt")));
        var data = body.GetProperty("data");
        data.TryGetProperty("response", out _).ShouldBeFalse();
        foreach (var field in result.EnumerateObject().Where(field => field.Name != "response"))
            JsonElement.DeepEquals(data.GetProperty(field.Name), field.Value).ShouldBeTrue(field.Name);
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
        _line.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task A_prompt_without_a_callback_pays_nothing_for_it()
    {
        await _pipeline.RunAsync("""{"id":"plain","prompt":"x"}""");

        _pipeline.Storage.Requests.ShouldNotContain(request => request.Uri.AbsolutePath.Contains("callbacks", StringComparison.Ordinal) && request.Method != "PUT");
        _pipeline.Storage.Requests.ShouldNotContain(request => request.Uri.AbsolutePath.Contains("payloads/callbacks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failed_job_is_told_and_when_it_was_sent_again_its_new_end_is_another_event()
    {
        await _pipeline.FaultAsync("""{"status":409,"body":"{\"detail\":\"no\"}"}""", always: false);
        await RunAsync("twice");
        await _pipeline.Get<Redrive>().JobAsync(JobId.Parse("twice"), Cancel);
        await _pipeline.Deliveries.OnWorkAsync(await _pipeline.TakeAsync("work", "redrive"), Cancel);
        await _line.DeliverNextAsync();
        await _line.DeliverNextAsync();

        var (first, second) = (_receiver.Requests.First(), _receiver.Requests.Last());
        (Text(Body(first), "type"), Text(Body(first).GetProperty("data"), "state")).ShouldBe(("job.failed", "failed"), "told as it was, although the job went on");
        (Text(Body(second), "type"), Text(Body(second).GetProperty("data"), "state")).ShouldBe(("job.succeeded", "succeeded"));
        first.Header("webhook-id").ShouldNotBe(second.Header("webhook-id"));
    }

    [Fact]
    public async Task A_repeated_tail_is_the_same_event_and_one_that_was_told_is_not_told_again()
    {
        await RunAsync("tail");
        await RunAsync("tail");
        _line.All.Count.ShouldBe(2, "nobody knows yet whether the first message was sent");
        _line.All[0].Text.ShouldBe(_line.All[1].Text);

        await _line.DeliverNextAsync();
        await _line.DeliverNextAsync();
        await RunAsync("tail");

        _receiver.Requests.Count.ShouldBe(1);
        _line.All.Count.ShouldBe(2);
        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_crash_between_the_body_and_its_message_is_made_good_by_the_next_tail()
    {
        _pipeline.Storage.Before = request => request.Method == "POST" && request.Uri.AbsolutePath.EndsWith("/callbacks/messages", StringComparison.Ordinal)
            ? throw new InvalidOperationException("The process died.")
            : Task.CompletedTask;
        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync("crash"));
        _pipeline.Storage.Before = null;

        await RunAsync("crash");
        _line.All.Count.ShouldBe(2, "the one that never left, and the one that did");
        await _line.DeliverAsync(_line.All[^1].Text);

        Text(Body(_receiver.Requests.ShouldHaveSingleItem()).GetProperty("data"), "answer").ShouldEndWith("\"x\"");
    }

    [Fact]
    public async Task A_crash_before_the_body_is_made_good_from_the_result()
    {
        _pipeline.Storage.Before = request => request.Uri.AbsolutePath.Contains("payloads/callbacks", StringComparison.Ordinal)
            ? throw new InvalidOperationException("The process died.")
            : Task.CompletedTask;
        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync("crash"));
        _pipeline.Storage.Before = null;

        await RunAsync("crash");
        await _line.DeliverNextAsync();

        Text(Body(_receiver.Requests.ShouldHaveSingleItem()).GetProperty("data"), "answer").ShouldEndWith("\"x\"");
    }

    [Fact]
    public async Task Tries_go_on_for_nearly_three_days_with_one_id_one_body_and_fresh_signatures_and_end_in_a_dead_letter()
    {
        _answer = (_, connection) => connection.RespondAsync(500, "no");
        await RunAsync("long");
        List<TimeSpan> waits = [];
        while (_line.Waiting > 0)
            waits.Add(await _line.DeliverNextAsync());

        TimeSpan[] schedule = [TimeSpan.Zero, .. Enumerable.Range(1, CallbackPlan.MaxTries - 1).Select(tries => CallbackPlan.Wait(tries, null, 0)!.Value)];
        waits.Count.ShouldBe(12);
        schedule[^1].ShouldBe(TimeSpan.FromHours(10));
        for (var i = 0; i < waits.Count; i++)
            waits[i].ShouldBeInRange(schedule[i], (schedule[i] * 1.1) + TimeSpan.FromSeconds(1));

        var requests = _receiver.Requests.ToArray();
        requests.Length.ShouldBe(12);
        requests.Select(request => request.Header("webhook-id")).Distinct().Count().ShouldBe(1);
        requests.Select(request => request.BodyText).Distinct().Count().ShouldBe(1);
        var times = requests.Select(request => long.Parse(request.Header("webhook-timestamp")!, CultureInfo.InvariantCulture)).ToArray();
        for (var i = 1; i < times.Length; i++)
            (times[i] - times[i - 1]).ShouldBeGreaterThanOrEqualTo((long)schedule[i].TotalSeconds);
        (await WebhookVerifier.VerifyAsync(Secret, requests)).ShouldAllBe(verdict => verdict == "ok");

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Kind"), letter.GetString("JobId")).ShouldBe(("callbacks", "transient", "long"));
        letter.GetString("Reason").ShouldBe("The callback was not delivered in 12 tries. The receiver answered 500.");
        (await _pipeline.JobAsync("long"))!.State.ShouldBe(JobState.Succeeded, "the delivery failed, not the job");
    }

    [Fact]
    public async Task A_dead_letter_that_is_sent_again_begins_anew_with_the_same_id()
    {
        _answer = (_, connection) => connection.RespondAsync(500, "no");
        await RunAsync("again");
        while (_line.Waiting > 0)
            await _line.DeliverNextAsync();
        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();

        (await _pipeline.Get<Redrive>().OneAsync(letter.RowKey, Cancel)).ShouldBeTrue();
        await _line.DeliverNextAsync();
        _answer = (_, connection) => connection.RespondAsync(200, "ok");
        (await _line.DeliverNextAsync()).ShouldBeLessThan(TimeSpan.FromSeconds(7));

        _receiver.Requests.Count.ShouldBe(14);
        _receiver.Requests.Select(request => request.Header("webhook-id")).Distinct().Count().ShouldBe(1);
        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetDateTimeOffset("RedrivenAt").ShouldNotBeNull();
        (await _pipeline.CallsAsync()).Count.ShouldBe(1, "the job itself is not run again");
        _line.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task A_second_round_that_fails_is_a_second_dead_letter()
    {
        _answer = (_, connection) => connection.RespondAsync(500, "no");
        await RunAsync("rounds");
        while (_line.Waiting > 0)
            await _line.DeliverNextAsync();
        await _pipeline.Get<Redrive>().AllAsync(null, Cancel);
        while (_line.Waiting > 0)
            await _line.DeliverNextAsync();

        (await _pipeline.DeadLettersAsync()).Count.ShouldBe(2);
        _receiver.Requests.Count.ShouldBe(24);
    }

    [Fact]
    public async Task Two_messages_of_one_event_make_one_dead_letter()
    {
        _answer = (_, connection) => connection.RespondAsync(500, "no");
        await RunAsync("double");
        var last = CallbackQueue.Write(CallbackQueue.Read(_line.All[0].Text)! with { Tries = CallbackPlan.MaxTries - 1 });

        await _line.DeliverAsync(last);
        await _line.DeliverAsync(last);
        await _pipeline.PassAsync(TimeSpan.FromHours(1));
        await _line.DeliverAsync(_line.All[0].Text);

        (await _pipeline.DeadLettersAsync()).Count.ShouldBe(1);
        _receiver.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_crash_between_the_mark_and_its_dead_letter_writes_the_dead_letter_later()
    {
        _answer = (_, connection) => connection.RespondAsync(500, "no");
        await RunAsync("crash");
        var last = CallbackQueue.Write(CallbackQueue.Read(_line.All[0].Text)! with { Tries = CallbackPlan.MaxTries - 1 });
        _pipeline.Storage.Before = request => request.Uri.AbsolutePath.Contains("deadletters", StringComparison.Ordinal)
            ? throw new InvalidOperationException("The process died.")
            : Task.CompletedTask;
        await Should.ThrowAsync<InvalidOperationException>(() => _line.DeliverAsync(last));
        _pipeline.Storage.Before = null;

        await _line.DeliverAsync(last);

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Reason").ShouldContain("12 tries");
        _receiver.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_410_stops_at_once()
    {
        _answer = (_, connection) => connection.RespondAsync(410, "");
        await RunAsync("gone");
        await _line.DeliverNextAsync();
        await _line.DeliverAsync(_line.All[0].Text);
        await RunAsync("gone");

        _receiver.Requests.Count.ShouldBe(1);
        _line.All.Count.ShouldBe(1);
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_is_not_followed(int status)
    {
        _answer = (_, connection) => connection.RespondAsync(status, "", $"Location: {_receiver.Url}/elsewhere");
        await RunAsync("redirect");
        await _line.DeliverNextAsync();

        _receiver.Requests.ShouldHaveSingleItem().FirstLine.ShouldContain("/outcomes");
        _line.All[^1].Delay.ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
    }

    [Theory]
    [InlineData(429, "120")]
    [InlineData(503, "120")]
    [InlineData(429, "date")]
    public async Task A_wait_that_the_receiver_asks_for_is_honoured(int status, string retryAfter)
    {
        var value = retryAfter == "date" ? _pipeline.Time.GetUtcNow().AddSeconds(121).ToString("R") : retryAfter;
        _answer = (_, connection) => connection.RespondAsync(status, "", $"Retry-After: {value}");
        await RunAsync("wait");
        await _line.DeliverNextAsync();

        _line.All[^1].Delay.ShouldBeInRange(TimeSpan.FromSeconds(115), TimeSpan.FromSeconds(125));
    }

    [Fact]
    public async Task An_answer_without_end_counts_by_its_status_and_is_not_read()
    {
        var written = 0L;
        var chunk = new byte[64 * 1024];
        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = async (_, connection) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            try
            {
                while (true)
                {
                    await connection.WriteAsync(chunk);
                    written += chunk.Length;
                }
            }
            catch (IOException)
            {
                broken.TrySetResult();
                throw;
            }
        };
        await RunAsync("endless");
        await _line.DeliverNextAsync();

        await Eventually.EndsAsync("the connection is broken off", broken.Task);
        written.ShouldBeLessThan(16_000_000, "what the sockets' buffers hold, and no more");
        _line.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task A_header_without_end_is_a_failure()
    {
        _answer = async (_, connection) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nX: "u8.ToArray());
            while (true)
                await connection.WriteAsync(new byte[1024].Select(_ => (byte)'x').ToArray());
        };
        await RunAsync("header");
        await _line.DeliverNextAsync();

        _line.Waiting.ShouldBe(1);
    }

    [Fact]
    public async Task A_receiver_that_says_nothing_is_given_up_after_15_seconds()
    {
        _answer = (_, connection) => connection.SilenceAsync();
        await RunAsync("silent");
        var delivering = _line.DeliverAsync(_line.All[0].Text);
        await _receiver.FirstRequest;

        await _pipeline.PassAsync(CallbackSender.Patience - TimeSpan.FromSeconds(1));
        delivering.IsCompleted.ShouldBeFalse();
        await _pipeline.PassAsync(TimeSpan.FromSeconds(1));
        await Eventually.EndsAsync("the receiver is given up", delivering);

        _line.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_connection_that_breaks_or_is_refused_is_tried_again()
    {
        _answer = (number, connection) =>
        {
            if (number == 1)
                connection.Reset();
            return number == 1 ? Task.CompletedTask : connection.RespondAsync(200, "");
        };
        await RunAsync("reset");
        await _line.DeliverNextAsync();
        await _line.DeliverNextAsync();
        _line.Waiting.ShouldBe(0);

        await _pipeline.RunAsync(Prompt("refused", $"http://127.0.0.1:{SparrowFaultTests.FreePort()}/"));
        await _line.DeliverNextAsync();
        _line.Waiting.ShouldBe(1);
    }

    [Fact]
    public async Task A_host_that_stops_leaves_the_try_to_the_next_delivery()
    {
        _answer = (_, connection) => connection.SilenceAsync();
        await RunAsync("stop");
        using var stop = new CancellationTokenSource();
        var message = await _pipeline.TakeAsync("callbacks");
        var delivering = _pipeline.Get<CallbackDelivery>().OnCallbackAsync(message, stop.Token);
        await _receiver.FirstRequest;

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(delivering);
        _line.All.Count.ShouldBe(1, "no try is counted");
    }

    [Fact]
    public async Task A_poisoned_message_counts_as_a_try_and_the_last_one_makes_a_dead_letter()
    {
        await RunAsync("poison");
        await _line.PoisonAsync(_line.All[0].Text);
        _line.All[^1].Delay.ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        CallbackQueue.Read(_line.All[^1].Text)!.Tries.ShouldBe(1);

        await _line.PoisonAsync(CallbackQueue.Write(CallbackQueue.Read(_line.All[0].Text)! with { Tries = CallbackPlan.MaxTries - 1 }));

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Reason").ShouldContain("Every delivery of the message failed");
        _receiver.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("""{"id":"../../results/x","jobId":"a","url":"https://example.com/"}""")]
    [InlineData("""{"id":"msg_0123456789abcdef0123456789abcdef","jobId":"../a","url":"https://example.com/"}""")]
    public async Task A_message_that_is_none_of_ours_is_a_dead_letter(string text)
    {
        await _line.DeliverAsync(text);

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Kind"), letter.GetString("Original")).ShouldBe(("callbacks", "rejected", text));
    }

    [Fact]
    public async Task A_body_that_is_gone_is_a_dead_letter()
    {
        await RunAsync("lost");
        await foreach (var blob in _pipeline.Account.Blobs.GetBlobContainerClient("payloads").GetBlobsAsync(cancellationToken: Cancel))
            await _pipeline.Account.Blobs.GetBlobContainerClient("payloads").DeleteBlobAsync(blob.Name, cancellationToken: Cancel);

        await _line.DeliverNextAsync();

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Reason").ShouldContain("body");
    }

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("127.0.0.1")]
    [InlineData("93.184.216.34 169.254.169.254")]
    [InlineData("::ffff:10.0.0.7")]
    public async Task A_name_that_leads_into_a_private_network_fails_the_delivery_at_once_and_not_the_job(string addresses)
    {
        _network.Name("evil.example.com", addresses);
        await using var pipeline = await Pipeline.StartAsync(azurite, _network, ("Callbacks__Secret", Secret));
        var line = new CallbackLine(pipeline);
        await pipeline.RunAsync(Prompt("evil", "https://evil.example.com/"));
        await line.DeliverNextAsync();

        var letter = (await pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Kind")).ShouldBe(("callbacks", "rejected"));
        letter.GetString("Reason").ShouldBe("The callback was not sent. The host leads into a private, local or reserved network.");
        (await pipeline.JobAsync("evil"))!.State.ShouldBe(JobState.Succeeded);
        _network.Connections.ShouldBeEmpty();
        line.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task An_address_that_is_not_allowed_any_more_is_not_called()
    {
        await RunAsync("was-allowed");
        await using var stricter = await _pipeline.AnotherAsync(("Callbacks__Secret", Secret));

        await stricter.Get<CallbackDelivery>().OnCallbackAsync(await _pipeline.TakeAsync("callbacks"), Cancel);

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Kind").ShouldBe("rejected");
        _receiver.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://127.0.0.2/x", "callback.url: names its host by number.")]
    [InlineData("http://example.com/", "callback.url: is not https.")]
    public async Task An_address_that_is_wrong_on_its_face_is_refused_when_the_prompt_arrives(string url, string reason)
    {
        await _pipeline.RunAsync(Prompt("wrong", url));

        var letter = (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        (letter.GetString("Source"), letter.GetString("Kind")).ShouldBe(("prompts", "rejected"));
        letter.GetString("Reason").ShouldStartWith(reason);
        (await _pipeline.JobAsync("wrong")).ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_secret_every_callback_is_refused()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite);
        await pipeline.RunAsync(Prompt("unsigned", "https://example.com/"));

        (await pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Reason").ShouldStartWith("callback: can't be signed: Callbacks__Secret of this app is not set.");
    }

    private Task<string> RunAsync(string id, string more = "") => _pipeline.RunAsync(Prompt(id, $"{_receiver.Url}/outcomes?token=1", more));

    private static string Prompt(string id, string url, string more = "") => $$$"""{"id":"{{{id}}}","prompt":"x","callback":{"url":"{{{url}}}"}{{{more}}}}""";

    private static JsonElement Body(RawRequest request) => JsonDocument.Parse(request.BodyText).RootElement;

    private static string? Text(JsonElement element, string field) => element.GetProperty(field).GetString();
}
