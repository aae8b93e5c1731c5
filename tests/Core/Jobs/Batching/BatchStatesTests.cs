using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Jobs.Batching;

public sealed class BatchStatesTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_that_read_the_same_state_only_one_writes_it()
    {
        var states = await StatesAsync(new SystemRandomSource());
        var name = PipelineBatches.Name("a");
        var read = (await states.WriteAsync(name, BatchState.Begin("a", "1", null, At), Cancel))!;

        (await states.WriteAsync(name, read with { Line = 2 }, Cancel)).ShouldNotBeNull();
        (await states.WriteAsync(name, read with { Line = 3 }, Cancel)).ShouldBeNull();
        (await states.WriteAsync(name, BatchState.Begin("a", "2", null, At), Cancel)).ShouldBeNull("somebody began it before");

        (await states.FindAsync(name, Cancel))!.Line.ShouldBe(2);
    }

    [Fact]
    public async Task A_write_that_meets_itself_is_known_as_its_own()
    {
        var states = await StatesAsync(new SameId());
        var begun = BatchState.Begin("a", "1", null, At);
        var first = (await states.WriteAsync(PipelineBatches.Name("a"), begun, Cancel))!;

        (await states.WriteAsync(PipelineBatches.Name("a"), begun, Cancel))!.ETag.ShouldBe(first.ETag);
    }

    private async Task<BatchStates> StatesAsync(IRandomSource random)
    {
        var account = await azurite.NewAccountAsync();
        await account.Blobs.CreateBlobContainerAsync("payloads", cancellationToken: Cancel);
        return new BatchStates(account.Blobs, random);
    }

    private sealed class SameId : IRandomSource
    {
        public Guid NextId() => Guid.Empty;

        public double NextFraction() => 0;
    }
}
