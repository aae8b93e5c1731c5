namespace SparrowFunctions.LocalHost.Host.Settings;

/// <summary>host.json's <c>extensions.queues</c>: holds for every queue trigger of the app.</summary>
internal sealed record QueueSettings
{
    /// <summary>Messages taken at once, 1 to 32; 16 unless set.</summary>
    public required int BatchSize { get; init; }

    /// <summary>More messages are taken when no more than this many of the queue's still run.</summary>
    public required int NewBatchThreshold { get; init; }

    /// <summary>Tries before a message goes to the poison queue; 5 unless set.</summary>
    public required int MaxDequeueCount { get; init; }

    /// <summary>How long a message stays invisible after a failed run; zero unless set.</summary>
    public required TimeSpan VisibilityTimeout { get; init; }

    /// <summary>The longest wait between two looks at an idle queue, and between two scans of a container; a minute unless set.</summary>
    public required TimeSpan MaxPollingInterval { get; init; }

    /// <summary>How message texts are read; base64 unless set.</summary>
    public required MessageEncoding MessageEncoding { get; init; }

    /// <summary>How long a message is hidden when it is taken, renewed at half of it: ten minutes; only tests shorten it.</summary>
    public required TimeSpan MessageVisibility { get; init; }
}
