using System.Globalization;
using Azure.Storage.Blobs.Specialized;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>A batch of a hundred megabytes is read as it is needed. What is asked of storage is judged, neither memory nor time.</summary>
public sealed class LargeBatchTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Rows = 40;
    private const int BytesBetween = 5 * 512 * 1024;

    // The three rows of the window with what lies between them are taken in, and fewer than sixteen lines and those six are read again for the output
    private const long MostOfAStep = (3 + 11 + 1) * (long)BytesBetween;
    private const long MostAtOnce = 128 * 1024;

    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "2"));

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task A_batch_of_100_megabytes_is_read_piece_by_piece_as_its_window_moves_on()
    {
        await WriteAsync();
        await _pipeline.Get<Batches>().OnDroppedAsync("large", Cancel);
        var steps = new List<long>();
        while (await _pipeline.SummaryAsync("large") is not { EndedAt: not null })
        {
            var before = _pipeline.Storage.Requests.Count;
            await _pipeline.DeliverNextAsync(static message => message.Watch is null);
            var pieces = _pipeline.Storage.Requests.Skip(before).Where(IsRead).Select(Length).ToList();
            pieces.ShouldAllBe(piece => piece <= MostAtOnce);
            steps.Add(pieces.Sum());
        }

        var summary = (await _pipeline.SummaryAsync("large"))!;
        (summary.Rows, summary.Succeeded, summary.Failed).ShouldBe((2 * Rows, Rows, Rows));
        (await _pipeline.OutputAsync("large")).Where(row => row.TryGetProperty("answers", out _)).Select(row => row.GetProperty("id").GetInt32()).ShouldBe(Enumerable.Range(0, Rows));
        steps.Max().ShouldBeLessThan(MostOfAStep, "no step reads what it does not need");
        steps.Sum().ShouldBeInRange((long)Rows * BytesBetween, 3L * Rows * BytesBetween, "taken in once and given back once");
    }

    // Short rows with lines between them that are too long to be taken: one block that stands in the file many times
    private async Task WriteAsync()
    {
        var blob = _pipeline.Account.Blobs.GetBlobContainerClient("batches").GetBlockBlobClient("large.jsonl");
        var line = new byte[BytesBetween];
        Array.Fill(line, (byte)'x');
        line[^1] = (byte)'\n';
        await blob.StageBlockAsync(Id(Rows), new MemoryStream(line), cancellationToken: Cancel);
        for (var n = 0; n < Rows; n++)
            await blob.StageBlockAsync(Id(n), BinaryData.FromString($$"""{"id":{{n}},"asks":[{"content":"ask {{n}}."}]}""" + "\n").ToStream(), cancellationToken: Cancel);
        await blob.CommitBlockListAsync(Enumerable.Range(0, Rows).SelectMany(n => new[] { Id(n), Id(Rows) }), cancellationToken: Cancel);

        static string Id(int n) => Convert.ToBase64String(BitConverter.GetBytes(n));
    }

    private static bool IsRead(StorageRequest request) => request.Method == "GET" && request.Uri.AbsolutePath.EndsWith("/batches/large.jsonl", StringComparison.Ordinal) && !request.Uri.AbsolutePath.Contains("/results/", StringComparison.Ordinal);

    // bytes=0-131071
    private static long Length(StorageRequest request)
    {
        var ends = request.Range.ShouldNotBeNull("the file is never asked for as a whole")["bytes=".Length..].Split('-');
        return long.Parse(ends[1], CultureInfo.InvariantCulture) - long.Parse(ends[0], CultureInfo.InvariantCulture) + 1;
    }
}
