using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Host.Blobs;

/// <summary>The platform's rules for blobs, on a real Azurite.</summary>
public sealed class BlobTriggerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly Script _script = new();
    private StorageAccount _account = null!;
    private BlobContainerClient _drop = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _account = await azurite.NewAccountAsync();
        _drop = _account.Blobs.GetBlobContainerClient("drop");
        await _drop.CreateAsync(cancellationToken: Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Blobs_of_any_name_arrive_whole_once_each()
    {
        string[] names = ["a/b/c d.txt", "合同/报告 (终稿).txt", "odd/100%&#+.txt", "plain"];
        await using var host = await StartAsync();

        foreach (var name in names) await PutAsync(name, "text of " + name);

        await _script.SeesRunsAsync(4);
        await SeveralScansPassAsync();
        _script.Runs.Select(r => (r.Id, r.Text)).ShouldBe(names.Select(n => ((string?)n, (string?)("text of " + n))), ignoreOrder: true);
    }

    [Fact]
    public async Task An_overwritten_blob_runs_again()
    {
        await using var host = await StartAsync();
        await PutAsync("x", "one");
        await _script.SeesRunsAsync(1);

        await PutAsync("x", "two");
        await _script.SeesRunsAsync(2);
        await SeveralScansPassAsync();

        _script.Runs.Select(r => r.Text).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task Functions_that_take_long_do_not_make_the_container_be_listed_less_often()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Does = (_, _) => end.Task;
        await PutAsync("a", "one");
        await PutAsync("b", "two");
        await using var host = await HostedFunctions.StartAsync(
            _script,
            [typeof(OnFile)],
            _account,
            new() { ["AzureFunctionsJobHost:extensions:blobs:maxDegreeOfParallelism"] = "1" },
            services: services => services.AddSingleton<TimeProvider>(clock));
        await _script.SeesRunsAsync(1);

        clock.Advance(TimeSpan.FromMinutes(20));
        end.SetResult();
        await _script.SeesRunsAsync(2);
        await PutAsync("c", "three");

        // Four times the twenty minutes would not pass like this
        await Eventually.TrueAsync("the third has run", () =>
        {
            clock.Advance(TimeSpan.FromSeconds(0.2));
            return _script.Runs.Count == 3;
        });
    }

    [Fact]
    public async Task Receipts_survive_a_restart()
    {
        await PutAsync("x", "one");
        await using (var first = await StartAsync())
        {
            await _script.SeesRunsAsync(1);
            await first.StopAsync();
        }

        await using var second = await StartAsync();
        await PutAsync("y", "two");
        await _script.SeesRunsAsync(2);
        await SeveralScansPassAsync();

        _script.Runs.Select(r => r.Id).ShouldBe(["x", "y"]);
    }

    [Fact]
    public async Task A_blob_that_fails_five_times_is_told_to_the_poison_queue_and_left()
    {
        _script.Does = (_, _) => throw new InvalidOperationException("on purpose");
        await using var host = await StartAsync();
        var etag = await PutAsync("合同/bad.txt", "bad");

        var message = await PoisonAsync();
        await SeveralScansPassAsync();

        _script.Runs.Count.ShouldBe(5);
        Encoding.UTF8.GetString(Convert.FromBase64String(message.MessageText)).ShouldBe(
            $$"""{"Type":"BlobTrigger","FunctionId":"Host.Functions.OnFile","BlobType":"BlockBlob","ContainerName":"drop","BlobName":"合同/bad.txt","ETag":"\"{{etag.ToString().Trim('"')}}\""}""");
    }

    [Fact]
    public async Task Tries_are_counted_across_restarts()
    {
        var settings = new Dictionary<string, string?> { ["AzureFunctionsJobHost:extensions:queues:maxPollingInterval"] = "00:01:00" };
        _script.Does = (_, _) => throw new InvalidOperationException("on purpose");
        await PutAsync("bad", "bad");
        for (var i = 1; i <= 5; i++)
        {
            // one scan a host
            await using var host = await StartAsync(settings);
            await _script.SeesRunsAsync(i);
            await host.StopAsync();
        }

        await PoisonAsync();
        await using var last = await StartAsync();
        await SeveralScansPassAsync();
        _script.Runs.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Two_hosts_share_an_account_and_run_each_blob_once()
    {
        var gate = new TaskCompletionSource();
        _script.Does = (_, _) => gate.Task;
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        foreach (var i in Enumerable.Range(0, 10)) await PutAsync($"{i}", "x");

        await _script.SeesRunsAsync(10);
        await SeveralScansPassAsync();
        gate.SetResult();
        await SeveralScansPassAsync();

        _script.Runs.Select(r => r.Id).Distinct().Count().ShouldBe(10);
        _script.Runs.Count.ShouldBe(10);
    }

    [Fact]
    public async Task Two_functions_on_one_container_both_run()
    {
        await _account.Blobs.GetBlobContainerClient("streams").CreateAsync(cancellationToken: Cancel);
        await using var host = await StartAsync(classes: [typeof(OnFile), typeof(OnStream)]);
        await _account.Blobs.GetBlobContainerClient("streams").GetBlobClient("a/b.txt").UploadAsync(BinaryData.FromString("flow"), Cancel);
        await _account.Blobs.GetBlobContainerClient("streams").GetBlobClient("a/b.md").UploadAsync(BinaryData.FromString("other"), Cancel);
        await PutAsync("x", "file");

        await _script.SeesRunsAsync(2);
        await SeveralScansPassAsync();

        _script.Runs.ShouldBe([new Seen("OnFile", "file", "x"), new Seen("OnStream", "flow", "a/b")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_container_that_is_made_later_is_served_then()
    {
        await using var host = await StartAsync(classes: typeof(OnStream));
        var streams = _account.Blobs.GetBlobContainerClient("streams");
        (await streams.ExistsAsync(Cancel)).Value.ShouldBeFalse();

        await streams.CreateAsync(cancellationToken: Cancel);
        await streams.GetBlobClient("late.txt").UploadAsync(BinaryData.FromString("late"), Cancel);

        await _script.SeesRunsAsync(1);
    }

    [Fact]
    public async Task A_function_that_counts_on_event_grid_is_not_polled()
    {
        await PutAsync("x", "one");
        await using var host = await StartAsync(classes: [typeof(OnFile), typeof(OnEvent)]);

        await _script.SeesRunsAsync(1);
        await SeveralScansPassAsync();

        _script.Runs.Select(r => r.Function).ShouldBe(["OnFile"]);
    }

    private Task<HostedFunctions> StartAsync(Dictionary<string, string?>? settings = null, params Type[] classes) =>
        HostedFunctions.StartAsync(_script, classes is [] ? [typeof(OnFile)] : classes, _account, settings);

    private async Task<ETag> PutAsync(string name, string text) =>
        (await _drop.GetBlobClient(name).UploadAsync(BinaryData.FromString(text), overwrite: true, Cancel)).Value.ETag;

    private Task<PeekedMessage> PoisonAsync()
    {
        var queue = _account.Queues.GetQueueClient("webjobs-blobtrigger-poison");
        return Eventually.GetAsync("the poison queue is told", async () => (await queue.ExistsAsync(Cancel)).Value ? (await queue.PeekMessageAsync(Cancel)).Value : null);
    }

    /// <summary>Lets the listeners scan a few times more: what must not run again would run now.</summary>
    private static Task SeveralScansPassAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        return Eventually.TrueAsync("the scans have passed", () => TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(1));
    }
}
