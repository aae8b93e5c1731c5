using Azure.Storage.Queues.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>A prompt on queue <c>prompts</c>: run it.</summary>
public sealed class OnPromptQueued(Deliveries deliveries)
{
    /// <summary>Returns when the prompt is safe in the ledger and done or put off; the platform then deletes the message.</summary>
    [Function(nameof(OnPromptQueued))]
    public Task Run([QueueTrigger(StorageNames.PromptsQueue)] QueueMessage message, CancellationToken cancellationToken) =>
        deliveries.OnPromptAsync(message, cancellationToken);
}
