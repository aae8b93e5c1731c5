using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage.Queues;

/// <summary>One process' client of a queue. A member that is not here fails with a null reference of the SDK's own: add it.</summary>
internal sealed class SimQueueClient(SimStorage storage, SimProcess process, SimQueue queue) : QueueClient
{
    private const long LargestMessage = 64 * 1024;

    private static readonly TimeSpan LongestVisibility = TimeSpan.FromDays(7);

    public override string Name => queue.Name;

    public override Task<Response?> CreateIfNotExistsAsync(IDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        CallAsync("create", () => (Response?)new SimResponse(204), cancellationToken);

    public override Task<Response<bool>> ExistsAsync(CancellationToken cancellationToken = default) =>
        CallAsync("exists", () => SimResponse.Of(true), cancellationToken);

    public override Task<Response<SendReceipt>> SendMessageAsync(string messageText) => SendMessageAsync(messageText, null, null);

    public override Task<Response<SendReceipt>> SendMessageAsync(string messageText, CancellationToken cancellationToken = default) =>
        SendMessageAsync(messageText, null, null, cancellationToken);

    public override Task<Response<SendReceipt>> SendMessageAsync(
        BinaryData message, TimeSpan? visibilityTimeout = null, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default) =>
        SendMessageAsync(message.ToString(), visibilityTimeout, timeToLive, cancellationToken);

    public override Task<Response<SendReceipt>> SendMessageAsync(
        string messageText, TimeSpan? visibilityTimeout = null, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default) =>
        CallAsync(
            $"send {messageText} in {visibilityTimeout ?? TimeSpan.Zero:hh\\:mm\\:ss}",
            () =>
            {
                if (visibilityTimeout < TimeSpan.Zero || visibilityTimeout > LongestVisibility)
                    throw StorageErrors.Of(400, "OutOfRangeQueryParameterValue");
                if (System.Text.Encoding.UTF8.GetByteCount(messageText) > LargestMessage)
                    throw StorageErrors.Of(413, "RequestBodyTooLarge");
                if (timeToLive != TimeSpan.FromSeconds(-1))
                    throw new SimFailureException($"A message was sent to {queue.Name} that expires: everything the app sends must have no expiry.");
                var sent = queue.Send(messageText, visibilityTimeout);
                return SimResponse.Of(QueuesModelFactory.SendReceipt(sent.Id, sent.InsertedOn, DateTimeOffset.MaxValue, sent.PopReceipt, sent.VisibleOn), 201);
            },
            cancellationToken);

    public override async Task<Response<QueueMessage?>> ReceiveMessageAsync(TimeSpan? visibilityTimeout = null, CancellationToken cancellationToken = default)
    {
        var received = await ReceiveMessagesAsync(1, visibilityTimeout, cancellationToken);
        return SimResponse.Of(received.Value.FirstOrDefault());
    }

    public override Task<Response<QueueMessage[]>> ReceiveMessagesAsync() => ReceiveMessagesAsync(null, null);

    public override Task<Response<QueueMessage[]>> ReceiveMessagesAsync(CancellationToken cancellationToken = default) =>
        ReceiveMessagesAsync(null, null, cancellationToken);

    public override Task<Response<QueueMessage[]>> ReceiveMessagesAsync(
        int? maxMessages = null, TimeSpan? visibilityTimeout = null, CancellationToken cancellationToken = default) =>
        CallAsync(
            $"receive {maxMessages ?? 1}",
            () => SimResponse.Of(queue.Receive(maxMessages ?? 1, visibilityTimeout ?? TimeSpan.FromSeconds(30)).Select(message => message.Received()).ToArray()),
            cancellationToken);

    public override Task<Response<PeekedMessage?>> PeekMessageAsync(CancellationToken cancellationToken = default) =>
        CallAsync(
            "peek",
            () => SimResponse.Of(queue.Peek() is { } head ? QueuesModelFactory.PeekedMessage(head.Id, BinaryData.FromString(head.Text), head.DequeueCount, head.InsertedOn, null) : null),
            cancellationToken);

    public override Task<Response> DeleteMessageAsync(string messageId, string popReceipt, CancellationToken cancellationToken = default) =>
        CallAsync<Response>(
            $"delete {messageId[..8]}",
            () =>
            {
                queue.Delete(messageId, popReceipt);
                return new SimResponse(204);
            },
            cancellationToken);

    public override Task<Response<UpdateReceipt>> UpdateMessageAsync(
        string messageId, string popReceipt, BinaryData? message, TimeSpan visibilityTimeout = default, CancellationToken cancellationToken = default) =>
        UpdateMessageAsync(messageId, popReceipt, message?.ToString(), visibilityTimeout, cancellationToken);

    public override Task<Response<UpdateReceipt>> UpdateMessageAsync(
        string messageId, string popReceipt, string? messageText = null, TimeSpan visibilityTimeout = default, CancellationToken cancellationToken = default) =>
        CallAsync(
            $"update {messageId[..8]} {messageText} visible in {visibilityTimeout:hh\\:mm\\:ss}",
            () =>
            {
                var updated = queue.Update(messageId, popReceipt, messageText, visibilityTimeout);
                return SimResponse.Of(QueuesModelFactory.UpdateReceipt(updated.PopReceipt, updated.VisibleOn), 204);
            },
            cancellationToken);

    public override Task<Response<QueueProperties>> GetPropertiesAsync(CancellationToken cancellationToken = default) =>
        CallAsync(
            "properties",
            () => SimResponse.Of(QueuesModelFactory.QueueProperties(new Dictionary<string, string>(StringComparer.Ordinal), (long)queue.Messages.Count)),
            cancellationToken);

    private Task<T> CallAsync<T>(string what, Func<T> effect, CancellationToken cancellationToken) =>
        storage.Network.CallAsync(process, $"{queue.Name}: {what}", effect, cancellationToken);
}
