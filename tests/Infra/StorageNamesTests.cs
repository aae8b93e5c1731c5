using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Tests.Infra;

/// <summary>What is deployed and what the app looks for have the same names.</summary>
public sealed class StorageNamesTests
{
    private const string PackageContainer = "app-package";

    [Fact]
    public void Every_queue_of_the_app_is_deployed_and_no_other() =>
        Compare("queue", Deployment.Names("Microsoft.Storage/storageAccounts/queueServices/queues"), [.. StorageNames.Queues]);

    [Fact]
    public void Every_container_of_the_app_is_deployed_and_one_for_its_package() =>
        Compare("container", Deployment.Names("Microsoft.Storage/storageAccounts/blobServices/containers"), [.. StorageNames.Containers, PackageContainer]);

    [Fact]
    public void Every_table_of_the_app_is_deployed_and_no_other() =>
        Compare("table", Deployment.Names("Microsoft.Storage/storageAccounts/tableServices/tables"), [.. StorageNames.Tables]);

    [Fact]
    public void Every_queue_has_one_for_what_failed_too_often()
    {
        var queues = Deployment.Names("Microsoft.Storage/storageAccounts/queueServices/queues");

        queues.Where(queue => !queue.EndsWith("-poison", StringComparison.Ordinal)).Select(queue => $"{queue}-poison").Except(queues).ShouldBeEmpty();
    }

    [Fact]
    public void Lifecycle_rules_delete_in_containers_that_exist()
    {
        var rules = Deployment.Properties("Microsoft.Storage/storageAccounts/managementPolicies").GetProperty("policy").GetProperty("rules").EnumerateArray();

        var prefixes = rules.SelectMany(rule => rule.GetProperty("definition").GetProperty("filters") is var filters && filters.TryGetProperty("prefixMatch", out var match)
            ? match.EnumerateArray().Select(prefix => prefix.GetString()!)
            : []);

        prefixes.ShouldBe([$"{StorageNames.ResultsContainer}/", $"{StorageNames.PayloadsContainer}/"]);
    }

    [Fact]
    public void Events_of_dropped_files_and_batches_reach_their_queue_and_never_expire()
    {
        var subscription = Deployment.Properties("Microsoft.EventGrid/systemTopics/eventSubscriptions");
        var filter = subscription.GetProperty("filter");
        var destination = subscription.GetProperty("deliveryWithResourceIdentity").GetProperty("destination").GetProperty("properties");

        filter.GetProperty("includedEventTypes").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe("Microsoft.Storage.BlobCreated");
        filter.GetProperty("advancedFilters").EnumerateArray().ShouldHaveSingleItem().GetProperty("values").EnumerateArray().Select(value => value.GetString())
            .ShouldBe([$"/blobServices/default/containers/{StorageNames.DropContainer}/blobs/", $"/blobServices/default/containers/{StorageNames.BatchesContainer}/blobs/"]);
        destination.GetProperty("queueName").GetString().ShouldBe("drop-events");
        destination.GetProperty("queueMessageTimeToLiveInSeconds").GetInt32().ShouldBe(-1);
    }

    private static void Compare(string kind, string[] deployed, string[] expected)
    {
        deployed.ShouldBeUnique();
        expected.Except(deployed).ShouldBeEmpty($"The app uses each {kind} listed here, and infra/modules/storage.bicep does not make it.");
        deployed.Except(expected).ShouldBeEmpty($"infra/modules/storage.bicep makes each {kind} listed here, and StorageNames does not name it.");
    }
}
