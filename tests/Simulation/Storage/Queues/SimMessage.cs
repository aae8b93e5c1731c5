using Azure.Storage.Queues.Models;

namespace SparrowFunctions.Tests.Simulation.Storage.Queues;

/// <summary>A message as the service holds it.</summary>
internal sealed class SimMessage
{
    public required string Id { get; init; }

    public required string Text { get; set; }

    public required DateTimeOffset InsertedOn { get; init; }

    public required DateTimeOffset VisibleOn { get; set; }

    /// <summary>Changes whenever the message is received or updated; whoever has an older one holds it no more.</summary>
    public string PopReceipt { get; set; } = "";

    public int DequeueCount { get; set; }

    public QueueMessage Received() => QueuesModelFactory.QueueMessage(Id, PopReceipt, BinaryData.FromString(Text), DequeueCount, VisibleOn, InsertedOn, DateTimeOffset.MaxValue);
}
