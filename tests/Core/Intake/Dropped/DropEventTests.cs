using System.Text;
using SparrowFunctions.Intake.Dropped;

namespace SparrowFunctions.Tests.Core.Intake.Dropped;

/// <summary>What tells of blobs: Event Grid in both its schemas, the app's own sweep, and the platform's poisoned blobs.</summary>
public sealed class DropEventTests
{
    private const string EventGrid = """
        {"topic":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acc","subject":"/blobServices/default/containers/drop/blobs/a/b c.txt",
         "eventType":"Microsoft.Storage.BlobCreated","id":"1","data":{"api":"PutBlob","eTag":"0x8D1","contentLength":5,"url":"https://acc.blob.core.windows.net/drop/a/b%20c.txt"},"eventTime":"2026-11-23T10:00:00Z"}
        """;

    private const string CloudEvent = """
        {"specversion":"1.0","type":"Microsoft.Storage.BlobCreated","source":"/subscriptions/s","subject":"/blobServices/default/containers/batches/blobs/x.jsonl","data":{"eTag":"0x8D2"}}
        """;

    private const string Poisoned = """{"Type":"BlobTrigger","FunctionId":"Host.Functions.OnFileDropped","BlobType":"BlockBlob","ContainerName":"drop","BlobName":"合同/报告 100%.txt","ETag":"\"0x8D3\""}""";

    [Fact]
    public void An_event_of_event_grid_is_read() => DropEvent.Read(EventGrid).ShouldBe(new DropEvent("drop", "a/b c.txt", "\"0x8D1\"", IsArrival: true));

    [Fact]
    public void A_cloud_event_is_read() => DropEvent.Read(CloudEvent).ShouldBe(new DropEvent("batches", "x.jsonl", "\"0x8D2\"", IsArrival: true));

    [Fact]
    public void What_the_platform_tells_of_a_poisoned_blob_is_read() => DropEvent.Read(Poisoned).ShouldBe(new DropEvent("drop", "合同/报告 100%.txt", "\"0x8D3\"", IsArrival: true));

    [Theory]
    [InlineData(EventGrid)]
    [InlineData(CloudEvent)]
    [InlineData(Poisoned)]
    public void Each_is_read_as_base64_too(string text) =>
        DropEvent.Read(Convert.ToBase64String(Encoding.UTF8.GetBytes(text))).ShouldBe(DropEvent.Read(text).ShouldNotBeNull());

    [Theory]
    [InlineData("a/b.txt")]
    [InlineData("odd/100%&#+?\"'.txt")]
    [InlineData("blobs/blobs/x")]
    [InlineData("合同/报告 (终稿)🎉.txt")]
    public void What_the_app_writes_itself_is_read_back(string name) =>
        DropEvent.Read(DropEvent.Write("drop", name, "\"0x8D\"")).ShouldBe(new DropEvent("drop", name, "\"0x8D\"", IsArrival: true));

    [Theory]
    [InlineData("Microsoft.Storage.BlobRenamed", true)]
    [InlineData("Microsoft.Storage.BlobDeleted", false)]
    [InlineData("Microsoft.Storage.DirectoryCreated", false)]
    public void Only_what_brings_a_blob_is_an_arrival(string type, bool isArrival) =>
        DropEvent.Read(EventGrid.Replace("Microsoft.Storage.BlobCreated", type, StringComparison.Ordinal)).ShouldNotBeNull().IsArrival.ShouldBe(isArrival);

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"prompt":"x"}""")]
    [InlineData("""{"eventType":"Microsoft.Storage.BlobCreated","subject":"/blobServices/default/containers/drop"}""")]
    [InlineData("""{"Type":"BlobTrigger","ContainerName":"drop"}""")]
    public void Anything_else_is_no_event(string text) => DropEvent.Read(text).ShouldBeNull();
}
