using SparrowFunctions.LocalHost.Attributes;

namespace SparrowFunctions.Tests.LocalHost.Attributes;

/// <summary>Our trigger attributes; that the trigger classes compile with the worker's too, its own build shows.</summary>
public sealed class AttributeShapeTests
{
    [Fact]
    public void There_are_the_types_that_the_triggers_need_and_no_more() => typeof(FunctionAttribute).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(FunctionAttribute).Namespace && t.IsPublic).Select(t => t.Name)
        .ShouldBe(
            [
                "FunctionAttribute", "QueueTriggerAttribute", "BlobTriggerAttribute", "BlobTriggerSource", "TimerTriggerAttribute", "TimerInfo",
                "ScheduleStatus", "HttpTriggerAttribute", "AuthorizationLevel",
            ],
            ignoreOrder: true);

    [Fact]
    public void Attributes_without_options_mean_what_they_mean_in_the_worker()
    {
        new HttpTriggerAttribute().AuthLevel.ShouldBe(AuthorizationLevel.Function);
        new HttpTriggerAttribute("get").AuthLevel.ShouldBe(AuthorizationLevel.Function);
        new HttpTriggerAttribute(AuthorizationLevel.Anonymous).Methods.ShouldBeNull();
        new TimerTriggerAttribute("0 * * * * *").UseMonitor.ShouldBeTrue();
        new BlobTriggerAttribute("drop/{name}").Source.ShouldBe(BlobTriggerSource.LogsAndContainerScan);
    }
}
