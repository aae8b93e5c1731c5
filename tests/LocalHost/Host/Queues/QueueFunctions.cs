using Azure.Storage.Queues.Models;
using SparrowFunctions.LocalHost.Attributes;

namespace SparrowFunctions.Tests.LocalHost.Host.Queues;

internal sealed class OnMessage(Script script)
{
    [Function("OnMessage")]
    public Task RunAsync([QueueTrigger("%InQueue%")] QueueMessage message, CancellationToken cancellationToken) =>
        script.PlayAsync(new Seen("OnMessage", message.MessageText, message.MessageId, message.DequeueCount), cancellationToken);
}

internal sealed class OnText(Script script)
{
    [Function("OnText")]
    public Task RunAsync([QueueTrigger("texts", Connection = "OtherAccount")] string text, CancellationToken cancellationToken) =>
        script.PlayAsync(new Seen("OnText", text), cancellationToken);
}

internal sealed class OnMessageWithReceipt(Script script)
{
    [Function("OnMessageWithReceipt")]
    public Task RunAsync([QueueTrigger("%InQueue%")] QueueMessage message, CancellationToken cancellationToken) =>
        script.PlayAsync(new Seen("OnMessageWithReceipt", message.MessageText, message.MessageId, message.DequeueCount, message.PopReceipt), cancellationToken);
}
