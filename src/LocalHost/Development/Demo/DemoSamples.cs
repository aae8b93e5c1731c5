namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>The samples of the demo, in the order they are shown.</summary>
public static class DemoSamples
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<IDemoSample> All =
    [
        new PlainTextSample(),
        new AttachedFileSample(),
        new GeneratedFileSample(),
        new RetriedCallSample(),
        new ConversationSample(),
        new DroppedFileSample(),
        new BatchSample(),
        new HttpChatSample(),
        new CallbackSample(),
    ];
}
