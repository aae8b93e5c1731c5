using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Hosts die without a word while files are dropped.</summary>
[Collection(ProcessTests.Name)]
public sealed class DropKillTests(ITestOutputHelper output)
{
    private const int LatencyMs = 2000;

    private static readonly int Files = ProcessTests.Soak ? 2000 : 200;
    private static readonly int Kills = ProcessTests.Soak ? 30 : 3;
    private static readonly TimeSpan Flow = ProcessTests.Soak ? TimeSpan.FromSeconds(150) : TimeSpan.FromSeconds(12);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_dropped_while_hosts_are_killed_are_all_analysed_and_none_twice_in_silence()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.SetAsync(new { latencyMs = LatencyMs }, Cancel);
        var hosts = await HostPair.StartAsync(cluster, HostPair.QuickRecovery, Cancel);

        var suffering = hosts.SufferAsync(Kills, Flow, LatencyMs, new Random(seed), Cancel);
        var dropped = await DropAsync(cluster);
        await suffering;
        await Waiting.UntilAsync("every file has its outcome", async () => (await NamesAsync(cluster)).Count >= Files, Cancel);

        var calls = await cluster.Emulator.CallsAsync(Cancel);
        var outcomes = await OutcomesAsync(cluster);
        output.WriteLine($"{outcomes.Count} files, {calls.Count(call => call.Billed)} calls billed, {outcomes.Values.Sum(outcome => outcome.PossiblyBilled)} counted as possibly billed");
        Problems(dropped, outcomes, calls, cluster.Silences).ShouldBeEmpty();
        (await JobsAsync(cluster)).ShouldBe(dropped.Values, ignoreOrder: true);

        // The first kill has met a call
        outcomes.Values.ShouldContain(outcome => outcome.PossiblyBilled > 0);
    }

    private static IEnumerable<string> Problems(
        Dictionary<string, string> dropped, Dictionary<string, Outcome> outcomes, IReadOnlyList<SeenCall> calls, IReadOnlyList<Silence> silences)
    {
        var byFile = calls.Where(call => !call.WasCutOff).ToLookup(call => call.Files.Count == 1 ? call.Files[0].Name : "");
        foreach (var (name, id) in dropped)
        {
            if (!outcomes.TryGetValue(name, out var outcome))
            {
                yield return $"{name}: missed.";
                continue;
            }

            var billed = byFile[name].Count(call => call.Billed);
            var admitted = outcome.PossiblyBilled + (outcome.State == "succeeded" ? 1 : 0);
            if (outcome.Id != id) yield return $"{name}: its outcome is that of job {outcome.Id}, not {id}.";
            if (outcome.State != "succeeded" && outcome.Kind != "ambiguous") yield return $"{name}: ended as {outcome.State}, {outcome.Kind}: {outcome.Reason}";
            if (outcome.State == "succeeded" && outcome.Answer?.Contains(name, StringComparison.Ordinal) != true) yield return $"{name}: its answer is another file's.";
            var spoilt = byFile[name].Count(call => call.Billed && !silences.Any(silence => silence.Meets(call))) - (outcome.State == "succeeded" ? 1 : 0);
            if (billed > admitted) yield return $"{name}: {billed} calls were billed, {admitted} are on record.";
            if (spoilt > 0) yield return $"{name}: {spoilt} calls were billed for nothing while every host was well.";
        }

        foreach (var stray in byFile.Where(group => !dropped.ContainsKey(group.Key)))
            yield return $"{stray.Count()} calls for a file that was not dropped ({stray.Key}).";
    }

    // Spread over the time in which hosts are killed
    private static async Task<Dictionary<string, string>> DropAsync(Cluster cluster)
    {
        var container = new BlobContainerClient(cluster.Azurite.ConnectionString, "drop");
        var dropped = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var n = 0; n < Files; n++)
        {
            var name = $"file-{n:0000}.txt";
            var put = await container.GetBlobClient(name).UploadAsync(BinaryData.FromString($"content of {name}"), Cancel);
            dropped[name] = DroppedFile.IdOf(name, DroppedFile.Quoted(put.Value.ETag.ToString())).ToString();
            await Task.Delay(Flow / Files, TimeProvider.System, Cancel);
        }

        return dropped;
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(Cluster cluster)
    {
        var names = new List<string>();
        await foreach (var blob in cluster.Results.GetBlobsAsync(BlobTraits.None, BlobStates.None, "drop/", Cancel))
        {
            if (blob.Name.EndsWith(".json", StringComparison.Ordinal)) names.Add(blob.Name);
        }

        return names;
    }

    private static async Task<Dictionary<string, Outcome>> OutcomesAsync(Cluster cluster)
    {
        var outcomes = new Dictionary<string, Outcome>(StringComparer.Ordinal);
        foreach (var name in await NamesAsync(cluster))
        {
            var content = await cluster.Results.GetBlobClient(name).DownloadContentAsync(Cancel);
            outcomes[name["drop/".Length..^".json".Length]] = JsonSerializer.Deserialize<Outcome>(content.Value.Content, Json)!;
        }

        return outcomes;
    }

    private static async Task<IReadOnlyList<string>> JobsAsync(Cluster cluster)
    {
        var ids = new List<string>();
        await foreach (var row in cluster.Tables.GetTableClient("jobs").QueryAsync<TableEntity>(cancellationToken: Cancel))
        {
            if (row.GetString("State") is not null) ids.Add(row.RowKey);
        }

        return ids;
    }
}
