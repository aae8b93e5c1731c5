using Azure;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>
/// The coordinator of a batch dies at each of its writes in turn, right before it or right after. What is left must go on by itself, with every
/// row once in the output, in order, and no ask paid twice.
/// </summary>
public sealed class BatchCrashTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "2"));

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_coordinator_that_dies_at_any_of_its_writes_is_replaced(bool afterIt)
    {
        var fatal = 1;
        for (var writes = int.MaxValue; fatal <= writes; fatal++)
        {
            var name = $"crash-{fatal}";
            writes = await RunAsync(name, Rows(name), fatal, afterIt);
            var output = await _pipeline.OutputAsync(name);
            output.Select(row => row.GetProperty("id").GetString()).ShouldBe(["a", "b", "bad", "c", "d", "e"], name);
            output.Select(row => row.TryGetProperty("answers", out var answers) ? answers.GetArrayLength() : 0).ShouldBe([1, 2, 0, 1, 1, 1], name);
            (await AskedAsync(name)).ShouldBe(["a", "b1", "b2", "c", "d", "e"], ignoreOrder: true, customMessage: name);
            var summary = (await _pipeline.SummaryAsync(name))!;
            (summary.State, summary.Succeeded, summary.Failed, summary.Calls).ShouldBe(("done", 5, 1, 6), name);
        }

        fatal.ShouldBeGreaterThan(20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_coordinator_that_dies_while_it_asks_again_what_failed_is_replaced(bool afterIt)
    {
        var fatal = 1;
        for (var writes = int.MaxValue; fatal <= writes; fatal++)
        {
            var name = $"again-{fatal}";
            var row = $$"""{"id":"b","asks":[{"content":"b1 {{name}}."},{"content":"b2 {{name}}."},{"content":"b3 {{name}}."}]}""";
            await _pipeline.FaultAsync(new { match = new { promptContains = $"b2 {name}." }, times = 1, fault = new { status = 409 } });
            (await _pipeline.RunBatchAsync(name, row)).Failed.ShouldBe(1);

            writes = await RunAsync(name, row, fatal, afterIt);

            (await _pipeline.OutputAsync(name)).ShouldHaveSingleItem().GetProperty("answers").GetArrayLength().ShouldBe(3, name);
            (await AskedAsync(name)).ShouldBe(["b1", "b2", "b2", "b3"], name);
        }

        fatal.ShouldBeGreaterThan(10);
    }

    // Runs a batch whose coordinator dies once; the number of writes that its coordinators made
    private async Task<int> RunAsync(string name, string rows, int fatal, bool afterIt)
    {
        await _pipeline.PutBlobAsync($"batches/{name}.jsonl", rows);
        var writes = 0;
        var isCoordinator = false;
        bool IsFatal(StorageRequest request) => isCoordinator && request.Method is not ("GET" or "HEAD") && ++writes == fatal;
        if (afterIt)
            _pipeline.Storage.LosesAnswerOf = IsFatal;
        else
            _pipeline.Storage.Before = request => IsFatal(request) ? throw new RequestFailedException("The process died.") : Task.CompletedTask;

        if (!await LivesAsync(() => _pipeline.Get<Batches>().OnDroppedAsync(name, Cancel)))
            await LivesAsync(() => _pipeline.Get<Batches>().OnDroppedAsync(name, Cancel));
        SentWork? died = null;
        for (var n = 0; await _pipeline.SummaryAsync(name) is not { EndedAt: not null }; n++)
        {
            n.ShouldBeLessThan(200, $"Batch {name} does not come to its end.");

            // The message that it died with comes again only after ten minutes, and must not be needed: but where it died before it had sent its guard
            var sent = _pipeline.Work.TakeNext(message => message.Watch is null && (message.Batch is null || message.Batch.Name == name)) ?? died;
            sent.ShouldNotBeNull($"Nothing is on its way that would bring {name} on.");
            var before = writes;
            if (sent.Message.Batch is null)
                await _pipeline.DeliverAsync(sent);
            else if (!await LivesAsync(() => _pipeline.DeliverAsync(sent)))
                died = writes == before + 1 ? sent : null;
        }

        _pipeline.Storage.LosesAnswerOf = null;
        _pipeline.Storage.Before = null;
        return writes;

        async Task<bool> LivesAsync(Func<Task> step)
        {
            isCoordinator = true;
            try
            {
                await step();
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == 0)
            {
                return false;
            }
            finally
            {
                isCoordinator = false;
            }
        }
    }

    private async Task<IEnumerable<string>> AskedAsync(string name) => (await _pipeline.AskedAsync())
        .Where(prompt => prompt!.EndsWith($" {name}.", StringComparison.Ordinal)).Select(prompt => prompt![..^$" {name}.".Length].Split('\n', ' ')[^1]);

    private static string Rows(string name) =>
        $$"""
        {"id":"a","asks":[{"content":"a {{name}}."}]}
        {"id":"b","asks":[{"content":"b1 {{name}}."},{"content":"b2 {{name}}."}]}
        {"id":"bad","asks":[]}
        {"id":"c","asks":[{"content":"c {{name}}."}]}
        {"id":"d","asks":[{"content":"d {{name}}."}]}
        {"id":"e","asks":[{"content":"e {{name}}."}]}
        """;
}
