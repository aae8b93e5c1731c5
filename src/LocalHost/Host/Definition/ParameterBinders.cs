using System.Reflection;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Queues.Models;

namespace SparrowFunctions.LocalHost.Host.Definition;

/// <summary>Decides how each parameter gets its value.</summary>
internal static class ParameterBinders
{
    /// <summary>The binder of the parameter that carries the trigger attribute, null when its type is not supported.</summary>
    public static ParameterBinder? ForTrigger(TriggerDefinition trigger, Type type) => trigger switch
    {
        QueueTriggerDefinition when type == typeof(QueueMessage) => Same,
        QueueTriggerDefinition when type == typeof(string) => Value((QueueMessage m) => m.MessageText),
        BlobTriggerDefinition when type == typeof(BlobClient) => Same,
        BlobTriggerDefinition when type == typeof(BlockBlobClient) =>
            Value((BlobClient b) => b.GetParentBlobContainerClient().GetBlockBlobClient(b.Name)),
        BlobTriggerDefinition when type == typeof(Stream) =>
            async (data, token) => await ((BlobClient)data.Value).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false), token),
        TimerTriggerDefinition when type == typeof(TimerInfo) => Same,
        HttpTriggerDefinition when type == typeof(HttpRequest) => Value((HttpContext c) => c.Request),
        _ => null,
    };

    /// <summary>The binder of any other parameter, null when nothing can fill it.</summary>
    public static ParameterBinder? ForOther(TriggerDefinition trigger, ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return (_, token) => new(token);
        }

        var name = parameter.Name ?? "";
        return parameter.ParameterType == typeof(string) && trigger.TokenNames.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? (data, _) => new(data.Tokens.GetValueOrDefault(name))
            : null;
    }

    /// <summary>The types that <see cref="ForTrigger"/> supports, for messages.</summary>
    public static string Allowed(TriggerDefinition trigger) => trigger switch
    {
        QueueTriggerDefinition => "QueueMessage or string",
        BlobTriggerDefinition => "BlobClient, BlockBlobClient or Stream",
        TimerTriggerDefinition => "TimerInfo",
        _ => "HttpRequest",
    };

    private static ValueTask<object?> Same(TriggerData data, CancellationToken cancellationToken) => new(data.Value);

    private static ParameterBinder Value<T>(Func<T, object?> read) => (data, _) => new(read((T)data.Value));
}
