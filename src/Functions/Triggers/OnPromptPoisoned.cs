using Azure.Storage.Queues.Models;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Triggers;

/// <summary>A prompt that failed at every delivery: move it to the dead letters, where it can be seen and sent again.</summary>
public sealed class OnPromptPoisoned(Deliveries deliveries)
{
    /// <summary>Returns when the prompt is a dead letter.</summary>
    [Function(nameof(OnPromptPoisoned))]
    public Task Run([QueueTrigger(StorageNames.PromptsPoisonQueue)] QueueMessage message, CancellationToken cancellationToken) =>
        deliveries.OnPoisonAsync(message, StorageNames.PromptsQueue, cancellationToken);
}
