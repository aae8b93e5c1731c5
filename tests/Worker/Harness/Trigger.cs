using System.Text.Json;
using Azure.Storage.Queues.Models;
using Google.Protobuf;
using SparrowFunctions.Tests.Worker.Harness.Protocol;

namespace SparrowFunctions.Tests.Worker.Harness;

/// <summary>What sets a function off, in the form in which the host hands it to the worker.</summary>
/// <param name="Input">What is bound to the trigger's parameter; null for HTTP, whose request takes another way.</param>
/// <param name="Metadata">What other parameters are bound to by name.</param>
internal sealed record Trigger(TypedData? Input, IReadOnlyDictionary<string, TypedData> Metadata)
{
    private static readonly Dictionary<string, TypedData> None = [];

    /// <summary>A queue message.</summary>
    public static Trigger Queue(QueueMessage message) => new(
        Reference("AzureStorageQueues", new { message.MessageId, message.PopReceipt, message.MessageText, message.DequeueCount, message.NextVisibleOn, message.InsertedOn, message.ExpiresOn }),
        new Dictionary<string, TypedData>(StringComparer.Ordinal)
        {
            ["Id"] = new() { String = message.MessageId },
            ["PopReceipt"] = new() { String = message.PopReceipt },
            ["DequeueCount"] = new() { Json = JsonSerializer.Serialize(message.DequeueCount) },
        });

    /// <summary>A blob, with the tokens of the path it matched.</summary>
    public static Trigger Blob(string container, string blob, params (string Name, string Value)[] tokens) => new(
        Reference("AzureStorageBlobs", new { Connection = "AzureWebJobsStorage", ContainerName = container, BlobName = blob }), Texts(tokens));

    /// <summary>A time that has come.</summary>
    public static Trigger Timer() => new(new TypedData { Json = """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""" }, None);

    /// <summary>A request, with the values of its route.</summary>
    public static Trigger Http(params (string Name, string Value)[] values) => new(null, Texts(values));

    private static Dictionary<string, TypedData> Texts((string Name, string Value)[] texts) =>
        texts.ToDictionary(text => text.Name, text => new TypedData { String = text.Value }, StringComparer.Ordinal);

    private static TypedData Reference<T>(string source, T content) => new()
    {
        ModelBindingData = new ModelBindingData
        {
            Version = "1.0",
            Source = source,
            ContentType = "application/json",
            Content = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(content)),
        },
    };
}
