using Azure.Storage.Blobs;
using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>The memory a local host holds while large files pass through it: blob to Sparrow, and Sparrow to blob.</summary>
/// <param name="scale">How many of what size.</param>
internal sealed class FileMemory(FileMemory.Scale scale)
{
    /// <summary>The most that files may add to what an idle host holds, in megabytes.</summary>
    public const double Goal = 128;

    /// <summary>The most that a large file may hold over a small one, in megabytes: what the collector may let stand, not what a file needs.</summary>
    public const double Flat = 32;

    /// <summary>A gigabyte out after a small file, then eight files of the largest size that Sparrow takes in and eight such out at once.</summary>
    public static readonly Scale Full = new(8, 100_000_000, 1L << 30);

    /// <summary>Enough to see that it works.</summary>
    public static readonly Scale Small = new(2, 10_000_000, 30_000_000);

    // Several blocks: all that a file of any size goes through
    private const long FewBlocks = 16_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(9);
    private static readonly byte[] Pattern = new byte[1 << 16];

    /// <summary>Measures and prints.</summary>
    /// <returns>0 when the goals are met, 2 when one is missed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, cancellationToken);
        await FillAsync(cluster, cancellationToken);
        await AnswerAsync(cluster, "eight", scale.Size, cancellationToken);
        await AnswerAsync(cluster, "small", FewBlocks, cancellationToken);
        await AnswerAsync(cluster, "gigabyte", scale.Large, cancellationToken);
        var host = await Worker.Product.StartAsync(cluster, scale.Count, Takes.For(scale.Count), cancellationToken);
        await cluster.SendAsync(new { id = "warm", prompt = PromptMark.Text("warm") }, cancellationToken);
        await EndedAsync(cluster, ["warm"], cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
        var idle = MemoryPeak.Of(host.Id);
        Console.WriteLine($"idle, warm: {idle:0} MB");

        // Before the many, whose memory the collector lets stand: the large file would hide in it
        var small = await MeasureAsync(cluster, host, idle, $"1 file of {FewBlocks / 1e6:0} MB out", [("small", null)], cancellationToken);
        var one = await MeasureAsync(cluster, host, idle, $"1 file of {scale.Large / 1e6:0} MB out", [("gigabyte", null)], cancellationToken);
        Console.WriteLine($"the large file over the small one: {one:0} - {small:0} = {one - small:0} MB (goal below {Flat:0}: {(one - small < Flat ? "met" : "missed")})");
        var eight = Enumerable.Range(0, scale.Count).Select(n => (Id: $"eight-{n}", File: (string?)$"payloads/{n}.bin")).ToArray();
        var many = await MeasureAsync(cluster, host, idle, $"{scale.Count} files of {scale.Size / 1e6:0} MB in, and as many out, at once", eight, cancellationToken);
        return Math.Max(many, one) - idle < Goal && one - small < Flat ? 0 : 2;
    }

    private static async Task<double> MeasureAsync(
        Cluster cluster, ChildProcess host, double idle, string what, IReadOnlyList<(string Id, string? File)> prompts, CancellationToken cancellationToken)
    {
        using var peak = new MemoryPeak(host.Id);
        var started = TimeProvider.System.GetTimestamp();
        foreach (var (id, file) in prompts)
        {
            object prompt = file is null ? new { id, prompt = PromptMark.Text(id) } : new { id, prompt = PromptMark.Text(id), files = new[] { file } };
            await cluster.SendAsync(prompt, cancellationToken);
        }

        await EndedAsync(cluster, [.. prompts.Select(prompt => prompt.Id)], cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(started);
        Console.WriteLine($"{what}: peak {peak.Megabytes:0} MB, {peak.Megabytes - idle:0} over idle (goal below {Goal:0}: {(peak.Megabytes - idle < Goal ? "met" : "missed")}), in {took.TotalSeconds:0} s");
        await CheckAsync(cluster, prompts, cancellationToken);
        return peak.Megabytes;
    }

    private static Task EndedAsync(Cluster cluster, IReadOnlyList<string> ids, CancellationToken cancellationToken) => Waiting.UntilAsync(
        "all prompts have a result", async () => (await cluster.EndedAsync(cancellationToken)).IsSupersetOf(ids), Limit, cancellationToken);

    // A file that is missing would make a fine figure
    private static async Task CheckAsync(Cluster cluster, IReadOnlyList<(string Id, string? File)> prompts, CancellationToken cancellationToken)
    {
        foreach (var (id, _) in prompts)
        {
            var result = (await cluster.Results.GetBlobClient($"{id}/result.json").DownloadContentAsync(cancellationToken)).Value.Content.ToString();
            if (!await cluster.Results.GetBlobClient($"{id}/files/out.bin").ExistsAsync(cancellationToken))
                throw new InvalidOperationException($"Job {id} has no file: {result}");
        }
    }

    private async Task FillAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var payloads = new BlobContainerClient(cluster.Azurite.ConnectionString, "payloads");
        await payloads.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        for (var n = 0; n < scale.Count; n++)
        {
            await using var blob = await payloads.GetBlobClient($"{n}.bin").OpenWriteAsync(overwrite: true, cancellationToken: cancellationToken);
            for (var left = scale.Size; left > 0; left -= Pattern.Length)
                await blob.WriteAsync(Pattern.AsMemory(0, (int)Math.Min(left, Pattern.Length)), cancellationToken);
        }
    }

    private static Task AnswerAsync(Cluster cluster, string prompt, long size, CancellationToken cancellationToken) => cluster.Emulator.AnswerAsync(
        new { promptContains = prompt, text = "Here it is.", files = new[] { new { name = "out.bin", base64 = Convert.ToBase64String(Pattern), size } } }, cancellationToken);

    /// <summary>How many files of what size.</summary>
    /// <param name="Count">Files at once.</param>
    /// <param name="Size">The size of each, in bytes.</param>
    /// <param name="Large">The size of the one large file, in bytes.</param>
    internal sealed record Scale(int Count, long Size, long Large);
}
