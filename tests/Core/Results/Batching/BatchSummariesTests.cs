using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Results.Batching;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Results.Batching;

public sealed class BatchSummariesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private StorageAccount _account = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _account = await azurite.NewAccountAsync();
        await _account.Blobs.CreateBlobContainerAsync("results", cancellationToken: Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_older_summary_never_takes_the_place_of_a_newer_one()
    {
        var summaries = new BatchSummaries(_account.Blobs);
        var name = PipelineBatches.Name("a/b");
        await summaries.WriteAsync(name, Summary(rows: 5), step: 5, Cancel);
        await summaries.WriteAsync(name, Summary(rows: 4), step: 4, Cancel);
        (await summaries.FindAsync(name, Cancel))!.Succeeded.ShouldBe(5);

        await summaries.WriteAsync(name, Summary(rows: 6), step: 6, Cancel);
        (await summaries.FindAsync(name, Cancel))!.Succeeded.ShouldBe(6);
        (await summaries.FindAsync(PipelineBatches.Name("none"), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_later_runs_first_step_takes_the_place_of_an_earlier_runs_last()
    {
        var summaries = new BatchSummaries(_account.Blobs);
        var name = PipelineBatches.Name("a/b");
        await summaries.WriteAsync(name, Summary(rows: 5), step: 50, Cancel);
        await summaries.WriteAsync(name, Summary(rows: 1) with { StartedAt = At.AddDays(100) }, step: 2, Cancel);

        await summaries.WriteAsync(name, Summary(rows: 6), step: 60, Cancel);

        (await summaries.FindAsync(name, Cancel))!.Succeeded.ShouldBe(1, "who goes on with the old run is too late");
    }

    [Fact]
    public void A_run_never_begins_before_the_one_that_it_takes_the_place_of() =>
        BatchState.Begin("a", "2", BatchState.Begin("a", "1", null, At), At.AddSeconds(-2)).StartedAt.ShouldBe(At);

    [Fact]
    public async Task The_output_of_a_new_run_takes_the_place_of_the_old_one_and_is_begun_once()
    {
        var output = new BatchOutput(_account.Blobs);
        var name = PipelineBatches.Name("a");
        var old = await output.BeginAsync(name, "\"1\"", Cancel);
        (await output.AppendAsync(name, old.Version, Line(), Cancel)).Version.ShouldNotBeNull();

        var begun = await output.BeginAsync(name, "\"2\"", Cancel);
        (await output.AppendAsync(name, old.Version, Line(), Cancel)).Version.ShouldBeNull("who goes on with the old run is too late");
        (await output.AppendAsync(name, begun.Version, Line(), Cancel)).Appends.ShouldBe(1);
        (await output.AppendAsync(name, begun.Version, Line(), Cancel)).Version.ShouldBeNull("somebody has appended since");

        var again = await output.BeginAsync(name, "\"2\"", Cancel);
        (again.Length, again.Appends).ShouldBe((3, 1));
        (await output.CountAsync(name, again, 0, Cancel)).ShouldBe(1);
        (await output.CountAsync(name, again, 3, Cancel)).ShouldBe(0);
    }

    private static Stream Line() => BinaryData.FromString("{}\n").ToStream();

    private static BatchSummary Summary(long rows) => BatchSummary.Of(BatchState.Begin("a", "1", null, At) with { Succeeded = rows }, "", At);
}
