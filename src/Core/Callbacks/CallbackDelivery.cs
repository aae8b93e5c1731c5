using System.Globalization;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions.Callbacks;

/// <summary>
/// What a message of queue <c>callbacks</c> means: one try. What comes next, another try or the end of it, is on record before the message is
/// acknowledged, so that a crash repeats a try and loses none.
/// </summary>
public sealed partial class CallbackDelivery(
    CallbackBodies bodies,
    CallbackSender sender,
    CallbackQueue queue,
    DeadLetters deadLetters,
    SparrowMetrics metrics,
    TimeProvider time,
    IRandomSource random,
    ILogger<CallbackDelivery> logger)
{
    private static readonly CallbackAnswer NeverCame = new(CallbackAnswerKind.Failed, "Every delivery of the message failed; the app's log of that time says why.");

    /// <summary>Tries to tell the event of a message. Takes little more than <see cref="CallbackSender.Patience"/>.</summary>
    public Task OnCallbackAsync(QueueMessage message, CancellationToken cancellationToken) => TakeAsync(message, isPoison: false, cancellationToken);

    /// <summary>Takes a message that the platform gave up on: it counts as one try that failed.</summary>
    public Task OnPoisonAsync(QueueMessage message, CancellationToken cancellationToken) => TakeAsync(message, isPoison: true, cancellationToken);

    private async Task TakeAsync(QueueMessage message, bool isPoison, CancellationToken cancellationToken)
    {
        var text = message.Body.ToString();
        if (CallbackQueue.Read(text) is not { } callback)
        {
            await deadLetters.AddAsync(Unreadable(message, text), cancellationToken);
            return;
        }

        if (await bodies.FindAsync(callback, cancellationToken) is not { } stored)
            await deadLetters.AddAsync(Letter(callback, "Its body is no longer in container payloads.", message.InsertedOn ?? time.GetUtcNow(), FailureKind.Rejected), cancellationToken);
        else if (stored.Mark is { } mark && mark.Settles(callback.Round))
            await SettleAsync(callback, mark, cancellationToken);
        else
            await ConcludeAsync(callback, isPoison ? NeverCame : await sender.SendAsync(callback, stored.Body, cancellationToken), stored.Mark);
    }

    // The receiver may have been told: what follows is not cancelled
    private async Task ConcludeAsync(CallbackMessage callback, CallbackAnswer answer, CallbackMark? mark)
    {
        var tries = callback.Tries + 1;
        var host = Uri.TryCreate(callback.Url, UriKind.Absolute, out var address) ? address.IdnHost : "no host";
        metrics.CallbackTried(answer.Kind.ToString());
        switch (answer.Kind)
        {
            case CallbackAnswerKind.Delivered:
                Log.Delivered(logger, callback.JobId, callback.Id, host, tries);
                await bodies.CloseAsync(callback, Mark(CallbackState.Delivered, answer.Reason), CancellationToken.None);
                break;
            case CallbackAnswerKind.Gone:
                Log.Gone(logger, callback.JobId, callback.Id, host);
                await bodies.CloseAsync(callback, Mark(CallbackState.Gone, answer.Reason), CancellationToken.None);
                break;
            case CallbackAnswerKind.Failed when CallbackPlan.Wait(tries, answer.RetryAfter, random.NextFraction()) is { } wait:
                Log.Failed(logger, callback.JobId, callback.Id, host, tries, answer.Reason, wait);
                await queue.SendAsync(callback with { Tries = tries }, wait, CancellationToken.None);
                if (mark?.Round != callback.Round)
                    await bodies.MarkAsync(callback, Mark(CallbackState.Retrying, answer.Reason), CancellationToken.None);
                break;
            default:
                Log.GivenUp(logger, callback.JobId, callback.Id, host, tries, answer.Reason);
                var state = answer.Kind == CallbackAnswerKind.Forbidden ? CallbackState.Refused : CallbackState.GivenUp;
                await SettleAsync(callback, await bodies.MarkAsync(callback, Mark(state, Told(answer, tries)), CancellationToken.None), CancellationToken.None);
                break;
        }

        CallbackMark Mark(CallbackState state, string reason) => new(state, callback.Round, time.GetUtcNow(), reason);
    }

    // The mark is written first and says when and why, so that whoever comes upon it writes the same dead letter
    private async Task SettleAsync(CallbackMessage callback, CallbackMark mark, CancellationToken cancellationToken)
    {
        if (mark.IsDead && mark.Round == callback.Round)
            await deadLetters.AddAsync(Letter(callback, mark.Reason, mark.At, mark.State == CallbackState.Refused ? FailureKind.Rejected : FailureKind.Transient), cancellationToken);
    }

    private static string Told(CallbackAnswer answer, int tries) => answer.Kind == CallbackAnswerKind.Forbidden
        ? $"The callback was not sent. {answer.Reason}"
        : string.Create(CultureInfo.InvariantCulture, $"The callback was not delivered in {tries} tries. {answer.Reason}");

    // Sent again as it stands, it begins a new round
    private static DeadLetter Letter(CallbackMessage callback, string reason, DateTimeOffset at, FailureKind kind) => new(
        callback.JobId,
        kind,
        reason,
        StorageNames.CallbacksQueue,
        CallbackQueue.Write(callback with { Tries = 0, Round = callback.Round + 1 }),
        at,
        string.Create(CultureInfo.InvariantCulture, $"{callback.Id}/{callback.Round}"));

    private DeadLetter Unreadable(QueueMessage message, string text) => new(
        null, FailureKind.Rejected, "The message is no callback of this app.", StorageNames.CallbacksQueue, text, message.InsertedOn ?? time.GetUtcNow(), message.MessageId);

    private static partial class Log
    {
        [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Job {JobId}: callback {WebhookId} was delivered to {Host} in {Tries} try/tries")]
        public static partial void Delivered(ILogger logger, string jobId, string webhookId, string host, int tries);

        [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "Job {JobId}: callback {WebhookId} is not wanted at {Host} any more (410); it is not sent again")]
        public static partial void Gone(ILogger logger, string jobId, string webhookId, string host);

        [LoggerMessage(EventId = 302, Level = LogLevel.Warning, Message = "Job {JobId}: try {Tries} of callback {WebhookId} to {Host} failed: {Reason} The next comes in {Wait}")]
        public static partial void Failed(ILogger logger, string jobId, string webhookId, string host, int tries, string reason, TimeSpan wait);

        [LoggerMessage(EventId = 303, Level = LogLevel.Error, Message = "Job {JobId}: callback {WebhookId} to {Host} is given up after {Tries} try/tries: {Reason} It is a dead letter")]
        public static partial void GivenUp(ILogger logger, string jobId, string webhookId, string host, int tries, string reason);
    }
}
