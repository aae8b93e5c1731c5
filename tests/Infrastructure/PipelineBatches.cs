using System.Text.Json;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Results.Batching;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>Batches in a pipeline without a host: the test delivers what the platform would.</summary>
public static class PipelineBatches
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Writes a batch's file and tells of it.</summary>
    public static async Task DropAsync(this Pipeline pipeline, string name, string rows)
    {
        await pipeline.PutBlobAsync($"batches/{name}.jsonl", rows);
        await pipeline.Get<Batches>().OnDroppedAsync(name, Cancel);
    }

    /// <summary>Delivers what falls due, in order, until the batch has ended.</summary>
    public static async Task<BatchSummary> RunBatchAsync(this Pipeline pipeline, string name, int deliveries = 500)
    {
        for (var n = 0; n < deliveries; n++)
        {
            if (await pipeline.SummaryAsync(name) is { EndedAt: not null } summary)
                return summary;
            await pipeline.DeliverNextAsync(static message => message.Watch is null);
        }

        throw new TimeoutException($"Batch {name} has not ended after {deliveries} deliveries.");
    }

    /// <summary>Drops a batch and runs it to its end.</summary>
    public static async Task<BatchSummary> RunBatchAsync(this Pipeline pipeline, string name, string rows)
    {
        await pipeline.DropAsync(name, rows);
        return await pipeline.RunBatchAsync(name);
    }

    /// <summary>The summary of a batch whose file is the present one; null when none tells of it yet.</summary>
    public static async Task<BatchSummary?> SummaryAsync(this Pipeline pipeline, string name)
    {
        var summary = await pipeline.Get<BatchSummaries>().FindAsync(Name(name), Cancel);
        var input = await pipeline.Get<BatchInput>().VersionAsync(Name(name), Cancel);
        return input is null || summary?.Input == input ? summary : null;
    }

    /// <summary>The rows of a batch's output, an element each.</summary>
    public static async Task<IReadOnlyList<JsonElement>> OutputAsync(this Pipeline pipeline, string name)
    {
        var text = await pipeline.BlobAsync("results", $"batches/{name}.jsonl");
        text.ShouldSatisfyAllConditions(() => (text.Length == 0 || text.EndsWith('\n')).ShouldBeTrue("every row ends"));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line, Pipeline.Deep).RootElement)];
    }

    /// <summary>What was asked so far.</summary>
    public static async Task<IReadOnlyList<string?>> AskedAsync(this Pipeline pipeline) =>
        [.. (await pipeline.CallsAsync()).Select(call => call.GetProperty("prompt").GetString())];

    public static BatchName Name(string text) => BatchName.TryParse(text, out var name, out var problem) ? name : throw new ArgumentException(problem, nameof(text));
}
