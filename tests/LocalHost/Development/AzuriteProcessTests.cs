using Azure.Data.Tables;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Development;

public sealed class AzuriteProcessTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Blobs_queues_and_tables_of_several_accounts_answer_and_are_apart()
    {
        var first = await azurite.NewAccountAsync();
        var second = await azurite.NewAccountAsync();

        await first.Blobs.CreateBlobContainerAsync("results", cancellationToken: TestContext.Current.CancellationToken);
        await first.Queues.CreateQueueAsync("prompts", cancellationToken: TestContext.Current.CancellationToken);
        await first.Tables.CreateTableAsync("jobs", TestContext.Current.CancellationToken);
        await first.Tables.GetTableClient("jobs").AddEntityAsync(new TableEntity("p", "r"), TestContext.Current.CancellationToken);

        first.Blobs.GetBlobContainers(cancellationToken: TestContext.Current.CancellationToken).Count().ShouldBe(1);
        first.Queues.GetQueues(cancellationToken: TestContext.Current.CancellationToken).Count().ShouldBe(1);
        first.Tables.Query(cancellationToken: TestContext.Current.CancellationToken).Count().ShouldBe(1);
        second.Blobs.GetBlobContainers(cancellationToken: TestContext.Current.CancellationToken).ShouldBeEmpty();
        second.Queues.GetQueues(cancellationToken: TestContext.Current.CancellationToken).ShouldBeEmpty();
        second.Tables.Query(cancellationToken: TestContext.Current.CancellationToken).ShouldBeEmpty();
    }
}
