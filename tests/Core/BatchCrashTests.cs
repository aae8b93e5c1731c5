using Azure;
using Azure.Data.Tables;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Jobs;
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

    // The last ask is added and woken first: what is in the ledger then must not run without those before it, however long the next step takes
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_row_that_was_half_added_is_asked_in_its_order_however_late_the_rest_of_it_comes(int missing)
    {
        await DieAtAskAsync("late", missing);
        await _pipeline.RunForAsync(TimeSpan.FromHours(2), static message => message.JobId is not null);
        (await _pipeline.CallsAsync()).ShouldBeEmpty();

        (await _pipeline.RunBatchAsync("late")).Succeeded.ShouldBe(1);

        (await AskedAsync("late")).ShouldBe(["a1", "a2", "a3"]);
        (await _pipeline.OutputAsync("late")).ShouldHaveSingleItem().GetProperty("answers").EnumerateArray()
            .Select(answer => answer.GetProperty("conversation_id").GetString()).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_was_half_added_of_a_row_that_is_gone_ends_without_a_call_and_says_so(int missing)
    {
        await DieAtAskAsync("gone", missing);
        await _pipeline.Account.Blobs.GetBlobContainerClient("batches").DeleteBlobAsync("gone.jsonl", cancellationToken: Cancel);
        (await _pipeline.RunBatchAsync("gone")).State.ShouldBe("stopped");

        await _pipeline.RunForAsync(TimeSpan.FromHours(2), static message => message.Watch is null);

        (await _pipeline.CallsAsync()).ShouldBeEmpty();
        var left = await LeftAsync();
        left.Select(job => job.State).ShouldBe(Enumerable.Repeat(JobState.Cancelled, 3 - missing));
        left[0].Reason.ShouldBe($"Not asked, because ask {missing} of its row was never taken in: the batch ended before it was its turn.");
        _pipeline.Work.TakeNext(static message => message.Watch is null).ShouldBeNull("nobody looks any more");

        // The file comes back: nothing stands in its way
        await _pipeline.DropAsync("gone", ThreeAsks("gone"));
        (await _pipeline.RunBatchAsync("gone")).Succeeded.ShouldBe(1);
        (await AskedAsync("gone")).ShouldBe(["a1", "a2", "a3"]);
    }

    private static string ThreeAsks(string name) => $$"""{"id":"a","asks":[{"content":"a1 {{name}}."},{"content":"a2 {{name}}."},{"content":"a3 {{name}}."}]}""";

    private async Task DieAtAskAsync(string name, int missing)
    {
        await _pipeline.DropAsync(name, ThreeAsks(name));
        _pipeline.Storage.Before = request => request.Method == "POST" && request.Body.Contains($"-{missing}of3", StringComparison.Ordinal)
            ? throw new RequestFailedException("The process died.")
            : Task.CompletedTask;
        await Should.ThrowAsync<RequestFailedException>(() => _pipeline.DeliverNextAsync(static message => message.Batch is not null));
        _pipeline.Storage.Before = null;
        (await LeftAsync()).Count.ShouldBe(3 - missing);
    }

    // What of the row is in the ledger
    private async Task<IReadOnlyList<Job>> LeftAsync()
    {
        var jobs = new List<Job>();
        await foreach (var row in _pipeline.Account.Tables.GetTableClient("jobs").QueryAsync<TableEntity>(cancellationToken: Cancel))
        {
            if (JobId.TryParse(row.RowKey, out var id) && BatchJobId.TryParse(id, out _))
                jobs.Add((await _pipeline.Ledger.FindAsync(id, Cancel))!);
        }

        return [.. jobs.OrderBy(job => job.Id.ToString(), StringComparer.Ordinal)];
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
