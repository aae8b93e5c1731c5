using System.Text;
using Azure.Storage.Queues;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Host.Queues;

/// <summary>The platform's rules for queue messages, on a real Azurite.</summary>
public sealed class QueueTriggerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly Script _script = new();
    private StorageAccount _account = null!;
    private QueueClient _queue = null!;
    private QueueClient _poison = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _account = await azurite.NewAccountAsync();
        _queue = _account.Queues.GetQueueClient("inbox");
        _poison = _account.Queues.GetQueueClient("inbox-poison");
        await _queue.CreateAsync(cancellationToken: Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_message_whose_function_returns_is_deleted()
    {
        await using var host = await StartAsync();
        var sent = await _queue.SendMessageAsync("hello", Cancel);

        await EmptyAsync(_queue);

        _script.Runs.ShouldBe([new Seen("OnMessage", "hello", sent.Value.MessageId, 1)]);
        (await _poison.ExistsAsync(Cancel)).Value.ShouldBeFalse();
    }

    [Fact]
    public async Task A_failing_message_is_tried_five_times_and_then_moves_to_the_poison_queue_as_a_new_message()
    {
        _script.Does = (_, _) => throw new InvalidOperationException("on purpose");
        var sent = await _queue.SendMessageAsync("合同 \"bad\" <&>", Cancel);
        await using var host = await StartAsync();

        var poisoned = await Eventually.GetAsync("the poison queue has the message", () => PeekAsync(_poison));

        await EmptyAsync(_queue);
        _script.Runs.Select(r => r.Attempt).ShouldBe([1, 2, 3, 4, 5]);
        _script.Runs.ShouldAllBe(r => r.Id == sent.Value.MessageId);
        poisoned.MessageText.ShouldBe("合同 \"bad\" <&>");
        poisoned.MessageId.ShouldNotBe(sent.Value.MessageId);
        (poisoned.ExpiresOn - poisoned.InsertedOn).ShouldBe(TimeSpan.FromDays(7));
    }

    [Fact]
    public async Task A_failed_message_is_tried_again_no_earlier_than_the_visibility_timeout()
    {
        var times = new List<long>();
        _script.Does = (run, _) =>
        {
            times.Add(TimeProvider.System.GetTimestamp());
            return run.Attempt == 1 ? throw new InvalidOperationException("on purpose") : Task.CompletedTask;
        };
        await _queue.SendMessageAsync("again", Cancel);
        await using var host = await StartAsync(new() { ["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:03" });

        await EmptyAsync(_queue);

        // storage counts whole seconds
        TimeProvider.System.GetElapsedTime(times[0], times[1]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_message_taken_more_often_than_allowed_goes_to_the_poison_queue_without_a_run()
    {
        await _queue.SendMessageAsync("worn", Cancel);
        for (var i = 0; i < 5; i++)
        {
            var taken = (await _queue.ReceiveMessageAsync(cancellationToken: Cancel)).Value;
            await _queue.UpdateMessageAsync(taken.MessageId, taken.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancel);
        }

        await using var host = await StartAsync();

        (await Eventually.GetAsync("the poison queue has the message", () => PeekAsync(_poison))).MessageText.ShouldBe("worn");
        _script.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Messages_of_a_poison_queue_are_tried_without_end()
    {
        _script.Does = (run, _) => run.Attempt < 7 ? throw new InvalidOperationException("on purpose") : Task.CompletedTask;
        await _poison.CreateAsync(cancellationToken: Cancel);
        await _poison.SendMessageAsync("dead", Cancel);
        await using var host = await StartAsync(new() { ["InQueue"] = _poison.Name });

        await EmptyAsync(_poison);

        _script.Runs.Count.ShouldBe(7);
        (await _account.Queues.GetQueueClient(_poison.Name + "-poison").ExistsAsync(Cancel)).Value.ShouldBeFalse();
    }

    [Fact]
    public async Task A_long_run_stays_hidden_by_renewal_and_happens_once()
    {
        var end = new TaskCompletionSource();
        _script.Does = (_, _) => end.Task;
        await _queue.SendMessageAsync("long", Cancel);
        await using var host = await StartAsync(new() { ["LocalHost:MessageVisibility"] = "00:00:20" });
        await _script.SeesRunsAsync(1);

        // a second consumer looks for longer than the visibility and must find nothing; the renewal has ten seconds to be late
        var began = TimeProvider.System.GetTimestamp();
        var stolen = 0;
        await Eventually.TrueAsync("the visibility has passed", async () =>
        {
            stolen += (await _queue.ReceiveMessagesAsync(32, TimeSpan.FromSeconds(1), Cancel)).Value.Length;
            return TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(22);
        });
        end.SetResult();

        await EmptyAsync(_queue);
        stolen.ShouldBe(0);
        _script.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_of_a_killed_host_comes_back_when_its_visibility_lapses()
    {
        _script.Does = (run, _) => run.Attempt == 1 ? new TaskCompletionSource().Task : Task.CompletedTask;
        await _queue.SendMessageAsync("lost", Cancel);
        await using (var first = await StartAsync(new() { ["LocalHost:MessageVisibility"] = "00:00:20" }))
        {
            await _script.SeesRunsAsync(1);
            await first.KillAsync();
        }

        (await PeekAsync(_queue)).ShouldBeNull("the message must stay hidden for the rest of its visibility");
        await using var second = await StartAsync();
        await EmptyAsync(_queue);

        _script.Runs.Select(r => r.Attempt).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_message_that_somebody_else_took_over_is_left_alone()
    {
        _script.Does = async (run, _) =>
        {
            var message = (await _queue.UpdateMessageAsync(run.Id, (string)run.Extra!, visibilityTimeout: TimeSpan.FromMinutes(1), cancellationToken: Cancel)).Value;
            message.PopReceipt.ShouldNotBe((string)run.Extra!);
        };
        await using var host = await StartAsync(classes: typeof(OnMessageWithReceipt));
        await _queue.SendMessageAsync("taken over", Cancel);
        await _script.SeesRunsAsync(1);
        await host.StopAsync();

        (await _queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount.ShouldBe(1);
    }

    [Fact]
    public async Task Base64_is_decoded_and_plain_text_is_poison_when_the_encoding_is_base64()
    {
        await _queue.SendMessageAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes("你好")), Cancel);
        await _queue.SendMessageAsync("not base64!", Cancel);
        await using var host = await StartAsync(new() { ["AzureFunctionsJobHost:extensions:queues:messageEncoding"] = "base64" });

        (await Eventually.GetAsync("the poison queue has the message", () => PeekAsync(_poison))).MessageText.ShouldBe("not base64!");
        await EmptyAsync(_queue);
        _script.Runs.Select(r => r.Text).ShouldBe(["你好"]);
    }

    [Fact]
    public async Task A_poisoned_base64_message_keeps_its_text()
    {
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes("bad"));
        _script.Does = (_, _) => throw new InvalidOperationException("on purpose");
        await _queue.SendMessageAsync(text, Cancel);
        await using var host = await StartAsync(new()
        {
            ["AzureFunctionsJobHost:extensions:queues:messageEncoding"] = "base64",
            ["AzureFunctionsJobHost:extensions:queues:maxDequeueCount"] = "1",
        });

        (await Eventually.GetAsync("the poison queue has the message", () => PeekAsync(_poison))).MessageText.ShouldBe(text);
        _script.Runs.Select(r => r.Text).ShouldBe(["bad"]);
    }

    [Fact]
    public async Task With_encoding_none_base64_arrives_as_it_is()
    {
        await _queue.SendMessageAsync("aGVsbG8=", Cancel);
        await using var host = await StartAsync();

        await EmptyAsync(_queue);

        _script.Runs.Select(r => r.Text).ShouldBe(["aGVsbG8="]);
    }

    [Fact]
    public async Task As_many_run_at_once_as_batch_size_and_new_batch_threshold_allow_and_no_more()
    {
        var gate = new TaskCompletionSource();
        var (now, most) = (0, 0);
        _script.Does = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await gate.Task;
            Interlocked.Decrement(ref now);
        };
        foreach (var i in Enumerable.Range(0, 40)) await _queue.SendMessageAsync($"{i}", Cancel);
        await using var host = await StartAsync(new()
        {
            ["AzureFunctionsJobHost:extensions:queues:batchSize"] = "8",
            ["AzureFunctionsJobHost:extensions:queues:newBatchThreshold"] = "8",
        });

        await _script.SeesRunsAsync(16);
        await NothingHappensAsync(() => _script.Runs.Count.ShouldBe(16));
        gate.SetResult();

        await EmptyAsync(_queue);
        most.ShouldBe(16);
        _script.Runs.Select(r => r.Text).Distinct().Count().ShouldBe(40);
    }

    [Fact]
    public async Task No_further_batch_is_taken_while_more_than_the_threshold_run()
    {
        var ends = new TaskCompletionSource[12];
        for (var i = 0; i < ends.Length; i++) ends[i] = new TaskCompletionSource();
        _script.Does = (run, _) => ends[int.Parse(run.Text!, System.Globalization.CultureInfo.InvariantCulture)].Task;
        foreach (var i in Enumerable.Range(0, 12)) await _queue.SendMessageAsync($"{i}", Cancel);
        await using var host = await StartAsync(new()
        {
            ["AzureFunctionsJobHost:extensions:queues:batchSize"] = "8",
            ["AzureFunctionsJobHost:extensions:queues:newBatchThreshold"] = "4",
        });

        await _script.SeesRunsAsync(8);
        for (var i = 0; i < 3; i++) ends[i].SetResult();
        await NothingHappensAsync(() => _script.Runs.Count.ShouldBe(8));
        ends[3].SetResult();
        await _script.SeesRunsAsync(12);

        foreach (var end in ends) end.TrySetResult();
    }

    [Fact]
    public async Task A_disabled_function_takes_nothing()
    {
        await _queue.SendMessageAsync("left", Cancel);
        await using var host = await StartAsync(new() { ["AzureWebJobs.OnMessage.Disabled"] = "true" });

        await NothingHappensAsync(() => _script.Runs.ShouldBeEmpty());
        (await PeekAsync(_queue)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_queue_that_is_made_later_is_served_then()
    {
        await using var host = await StartAsync(new() { ["InQueue"] = "later" });
        var later = _account.Queues.GetQueueClient("later");
        (await later.ExistsAsync(Cancel)).Value.ShouldBeFalse();

        await later.CreateAsync(cancellationToken: Cancel);
        await later.SendMessageAsync("at last", Cancel);

        await _script.SeesRunsAsync(1);
    }

    [Fact]
    public async Task A_function_may_listen_to_another_account_and_take_plain_text()
    {
        var other = await azurite.NewAccountAsync();
        var texts = other.Queues.GetQueueClient("texts");
        await texts.CreateAsync(cancellationToken: Cancel);
        await texts.SendMessageAsync("from afar", Cancel);
        await using var host = await StartAsync(new() { ["OtherAccount"] = other.ConnectionString }, typeof(OnText));

        await EmptyAsync(texts);
        _script.Runs.ShouldBe([new Seen("OnText", "from afar")]);
    }

    private Task<HostedFunctions> StartAsync(Dictionary<string, string?>? settings = null, params Type[] classes) => HostedFunctions.StartAsync(
        _script, classes is [] ? [typeof(OnMessage)] : classes, _account, new Dictionary<string, string?> { ["InQueue"] = _queue.Name }
            .Concat(settings ?? []).GroupBy(s => s.Key).ToDictionary(s => s.Key, s => s.Last().Value));

    private static Task EmptyAsync(QueueClient queue) => Eventually.TrueAsync(
        $"queue {queue.Name} is empty", async () => (await queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount == 0);

    private static async Task<Azure.Storage.Queues.Models.PeekedMessage?> PeekAsync(QueueClient queue) =>
        (await queue.ExistsAsync(Cancel)).Value ? (await queue.PeekMessageAsync(Cancel)).Value : null;

    /// <summary>Looks again and again for a second: what must not happen would have by then.</summary>
    private static async Task NothingHappensAsync(Action holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync("a second has passed", () =>
        {
            holds();
            return TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(1);
        });
    }
}
