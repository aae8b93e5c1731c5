using Azure.Storage.Queues;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.LocalHost.Host.Queues;

namespace SparrowFunctions.Tests.LocalHost.Host.Execution;

public sealed class FunctionTimeoutTests(AzuriteFixture azurite)
{
    private readonly Script _script = new();
    private readonly TaskCompletionSource<string> _processEnd = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_function_that_ignores_the_timeout_takes_the_process_down()
    {
        _script.Does = (_, _) => new TaskCompletionSource().Task;
        var (host, _) = await StartAsync();
        await using var stop = host;

        await Eventually.EndsAsync("the process is taken down", _processEnd.Task);
        (await _processEnd.Task).ShouldBe("Functions.OnMessage ran longer than functionTimeout (00:00:01) and ignored its CancellationToken.");
    }

    [Fact]
    public async Task A_function_that_blocks_its_thread_takes_the_process_down_too()
    {
        using var end = new ManualResetEventSlim();
        _script.Does = (_, _) =>
        {
            end.Wait(Cancel);
            return Task.CompletedTask;
        };
        var (host, _) = await StartAsync();
        await using var stop = host;

        await Eventually.EndsAsync("the process is taken down", _processEnd.Task);
        end.Set();
    }

    [Fact]
    public async Task A_function_that_ends_when_its_token_fires_has_failed_and_the_process_lives()
    {
        _script.Does = (run, token) => run.Attempt == 1 ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token) : Task.CompletedTask;
        var (host, queue) = await StartAsync(grace: TimeSpan.FromMinutes(10));
        await using var stop = host;

        await Eventually.TrueAsync("the message is gone", async () => (await queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount == 0);

        _script.Runs.Select(r => r.Attempt).ShouldBe([1, 2]);
        _processEnd.Task.IsCompleted.ShouldBeFalse();
    }

    private async Task<(HostedFunctions Host, QueueClient Queue)> StartAsync(TimeSpan? grace = null)
    {
        var account = await azurite.NewAccountAsync();
        var queue = account.Queues.GetQueueClient("inbox");
        await queue.CreateAsync(cancellationToken: Cancel);
        await queue.SendMessageAsync("slow", Cancel);
        var host = await HostedFunctions.StartAsync(
            _script,
            [typeof(OnMessage)],
            account,
            new() { ["InQueue"] = queue.Name, ["AzureFunctionsJobHost:functionTimeout"] = "00:00:01" },
            configure: options =>
            {
                options.TimeoutGrace = grace ?? TimeSpan.FromSeconds(1);
                options.EndProcess = why => _processEnd.TrySetResult(why);
            });
        return (host, queue);
    }
}
