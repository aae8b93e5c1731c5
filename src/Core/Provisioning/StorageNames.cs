namespace SparrowFunctions.Provisioning;

/// <summary>Every queue, container and table of the contract, named in one place.</summary>
public static class StorageNames
{
    /// <summary>The outside door: prompts of version 1.</summary>
    public const string PromptsQueue = "prompts";

    /// <summary>Where the platform moves a prompt that failed too often.</summary>
    public const string PromptsPoisonQueue = "prompts-poison";

    /// <summary>Our own: retries, wake-ups and watches of jobs that the ledger knows.</summary>
    public const string WorkQueue = "work";

    /// <summary>Where the platform moves a work message that failed too often.</summary>
    public const string WorkPoisonQueue = "work-poison";

    /// <summary>Our own: callbacks on their way to the senders of prompts.</summary>
    public const string CallbacksQueue = "callbacks";

    /// <summary>Where the platform moves a callback that failed too often.</summary>
    public const string CallbacksPoisonQueue = "callbacks-poison";

    /// <summary>Events of blobs that arrived in <see cref="DropContainer"/> or <see cref="BatchesContainer"/>, as Event Grid sends them and as the app's own sweep does.</summary>
    public const string DropEventsQueue = "drop-events";

    /// <summary>Where the platform moves an event that failed too often.</summary>
    public const string DropEventsPoisonQueue = "drop-events-poison";

    /// <summary>Where the platform tells of a blob whose trigger failed too often; one queue for all blob triggers of the account.</summary>
    public const string BlobTriggerPoisonQueue = "webjobs-blobtrigger-poison";

    /// <summary>Outcomes of jobs.</summary>
    public const string ResultsContainer = "results";

    /// <summary>Dropped files.</summary>
    public const string DropContainer = "drop";

    /// <summary>Dropped batches.</summary>
    public const string BatchesContainer = "batches";

    /// <summary>Large prompts, answers on their way to a result, bodies of dead letters.</summary>
    public const string PayloadsContainer = "payloads";

    /// <summary>The ledger.</summary>
    public const string JobsTable = "jobs";

    /// <summary>Conversation heads and turns.</summary>
    public const string TurnsTable = "turns";

    /// <summary>Uploads to Sparrow.</summary>
    public const string AttachmentsTable = "attachments";

    /// <summary>What could not be done, with the reason.</summary>
    public const string DeadLettersTable = "deadletters";

    /// <summary>Gates of keys.</summary>
    public const string GatesTable = "gates";

    /// <summary>All queues.</summary>
    public static IReadOnlyList<string> Queues { get; } =
    [
        PromptsQueue, PromptsPoisonQueue, WorkQueue, WorkPoisonQueue, DropEventsQueue, DropEventsPoisonQueue, CallbacksQueue, CallbacksPoisonQueue, BlobTriggerPoisonQueue,
    ];

    /// <summary>All containers.</summary>
    public static IReadOnlyList<string> Containers { get; } = [ResultsContainer, DropContainer, BatchesContainer, PayloadsContainer];

    /// <summary>All tables.</summary>
    public static IReadOnlyList<string> Tables { get; } = [JobsTable, TurnsTable, AttachmentsTable, DeadLettersTable, GatesTable];
}
