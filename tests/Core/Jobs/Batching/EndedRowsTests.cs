using System.Globalization;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Jobs.Batching;

public sealed class EndedRowsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private BatchName _batch;
    private StorageAccount _account = null!;
    private EndedRows _rows = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        BatchName.TryParse("rows", out _batch, out _).ShouldBeTrue();
        _account = await azurite.NewAccountAsync();
        await _account.Blobs.CreateBlobContainerAsync("payloads", cancellationToken: Cancel);
        _rows = new EndedRows(_account.Blobs);
        await _rows.BeginAsync(_batch, Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_row_is_on_the_list_once_its_last_ask_has_ended()
    {
        await _rows.NoteAsync(Ended(1, ask: 1, asks: 2), Cancel);
        (await _rows.ReadAsync(_batch, Cancel)).ShouldBeEmpty();

        await _rows.NoteAsync(Ended(1, ask: 2, asks: 2), Cancel);
        await _rows.NoteAsync(Ended(1, ask: 2, asks: 2), Cancel);

        (await _rows.ReadAsync(_batch, Cancel)).ShouldBe([Hash(1)]);
    }

    [Fact]
    public async Task A_list_that_has_grown_long_is_read_whole_once_and_begun_anew()
    {
        var lines = string.Concat(Enumerable.Range(0, 1 + (EndedRows.MaxBytes / 25)).Select(n => $"{Hash(n)}\n"));
        using (var content = BinaryData.FromString(lines).ToStream())
            await List().AppendBlockAsync(content, cancellationToken: Cancel);

        (await _rows.ReadAsync(_batch, Cancel)).Count.ShouldBe(lines.Length / 25);
        await _rows.NoteAsync(Ended(1, ask: 1, asks: 1), Cancel);

        (await _rows.ReadAsync(_batch, Cancel)).ShouldBe([Hash(1)]);
    }

    [Fact]
    public async Task Steps_of_a_large_batch_never_read_thousands_of_lines()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var longest = 0;
        for (var n = 0; n < 2000; n++)
        {
            await _rows.NoteAsync(Ended(n, ask: 1, asks: 1), Cancel);
            if (n % 50 != 49)
                continue;
            var read = await _rows.ReadAsync(_batch, Cancel);
            longest = Math.Max(longest, read.Count);
            seen.UnionWith(read);
        }

        seen.Count.ShouldBe(2000);
        longest.ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task A_list_that_nobody_has_begun_takes_no_notes_and_is_begun_by_who_reads_it()
    {
        await _rows.EndAsync(_batch, Cancel);
        await _rows.NoteAsync(Ended(1, ask: 1, asks: 1), Cancel);

        (await _rows.ReadAsync(_batch, Cancel)).ShouldBeEmpty();
        await _rows.NoteAsync(Ended(2, ask: 1, asks: 1), Cancel);

        (await _rows.ReadAsync(_batch, Cancel)).ShouldBe([Hash(2)]);
    }

    private static string Hash(int row) => row.ToString("x24", CultureInfo.InvariantCulture);

    private Azure.Storage.Blobs.Specialized.AppendBlobClient List() =>
        Azure.Storage.Blobs.Specialized.SpecializedBlobExtensions.GetAppendBlobClient(_account.Blobs.GetBlobContainerClient("payloads"), $"batches/{_batch.Hash}/ended.txt");

    private Job Ended(int row, int ask, int asks)
    {
        var accepted = new AcceptedPrompt(new Prompt { Text = "x" }, null, []);
        return Job.Offered(new BatchJobId(_batch.Hash, Hash(row), ask, asks).ToJobId(), accepted, BatchJobId.Source, Noon) with { State = JobState.Succeeded };
    }
}
