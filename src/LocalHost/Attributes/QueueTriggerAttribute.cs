namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>Runs the function for each message of a storage queue. The parameter is a <c>QueueMessage</c> or a <c>string</c>.</summary>
/// <param name="queueName">The queue's name; <c>%Setting%</c> is replaced by the setting's value.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    /// <summary>The queue's name, as written.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>The name of the setting that holds the connection string; <c>AzureWebJobsStorage</c> when null.</summary>
    public string? Connection { get; set; }
}
