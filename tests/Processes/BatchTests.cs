using System.Text.Json;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Hosts die without a word while a batch runs.</summary>
[Collection(ProcessTests.Name)]
public sealed class BatchTests(ITestOutputHelper output)
{
    private const string Name = "in/large";
    private const int LatencyMs = 400;
    private static readonly int Rows = ProcessTests.Soak ? 10_000 : 500;
    private static readonly int Kills = ProcessTests.Soak ? 40 : 4;
    private static readonly TimeSpan Under = ProcessTests.Soak ? TimeSpan.FromMinutes(8) : TimeSpan.FromSeconds(14);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hosts_killed_at_random_lose_no_row_and_repeat_no_paid_call_in_silence()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.SetAsync(new { latencyMs = LatencyMs }, Cancel);
        var hosts = await HostPair.StartAsync(cluster, HostPair.QuickRecovery, Cancel);
        var blobs = new Azure.Storage.Blobs.BlobServiceClient(cluster.Azurite.ConnectionString);
        await blobs.GetBlobContainerClient("batches").GetBlobClient($"{Name}.jsonl").UploadAsync(BinaryData.FromString(string.Join('\n', Ids().Select(Row))), Cancel);

        await hosts.SufferAsync(Kills, Under, LatencyMs, new Random(seed), Cancel);
        await Waiting.UntilAsync("the batch is done", async () => await StateAsync(cluster) == "done", Cancel);

        var lines = (await cluster.Results.GetBlobClient($"batches/{Name}.jsonl").DownloadContentAsync(Cancel)).Value.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var rows = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        rows.Select(row => row.GetProperty("id").GetString()).ShouldBe(Ids(), "every row once, in order");
        rows.Where(row => !row.TryGetProperty("iErr", out _) && !row.GetProperty("answers")[0].GetRawText().Contains($"[job {row.GetProperty("id").GetString()}]", StringComparison.Ordinal))
            .ShouldBeEmpty("every answer is that of its row");

        var books = await CloseAsync(cluster);
        output.WriteLine(books.Summary());
        books.Problems().ShouldBeEmpty();
    }

    private static List<string> Ids() => [.. Enumerable.Range(0, Rows).Select(n => $"row-{n:00000}")];

    private static string Row(string id) => $$"""{"id":"{{id}}","asks":[{"content":"{{PromptMark.Text(id)}}"}]}""";

    private static async Task<string?> StateAsync(Cluster cluster)
    {
        var summary = cluster.Results.GetBlobClient($"batches/{Name}.summary.json");
        return await summary.ExistsAsync(Cancel) ? JsonDocument.Parse((await summary.DownloadContentAsync(Cancel)).Value.Content).RootElement.GetProperty("state").GetString() : null;
    }

    // The books know jobs by the marks in their prompts, which are the ids of rows here
    private static async Task<Books> CloseAsync(Cluster cluster)
    {
        var rows = Ids().ToDictionary(JobOf, id => id);
        var books = await Books.CloseAsync(cluster, Ids(), Cancel);
        return books with
        {
            Outcomes = books.Outcomes.ToDictionary(each => rows[each.Key], each => each.Value with { Id = rows[each.Key] }),
            States = books.States.ToDictionary(each => rows[each.Key], each => each.Value),
            DeadLetters = books.DeadLetters.Select(job => rows.GetValueOrDefault(job, job)).ToHashSet(),
        };
    }

    private static string JobOf(string id) => new BatchJobId(
        PipelineBatches.Name(Name).Hash, BatchJobId.RowHash(id, 0, [new AcceptedPrompt(new Prompt { Text = PromptMark.Text(id) }, null, [])]), 1, 1).ToString();
}
