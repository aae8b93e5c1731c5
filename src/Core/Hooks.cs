using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.Jobs;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions;

/// <summary>
/// The entrance for other systems' webhooks: a delivery that its sender signed becomes a job. The signature is looked at before anything is read, and a
/// delivery that comes again finds the job that it made.
/// </summary>
public sealed partial class Hooks(HookSet hooks, PromptIntake intake, Chats chats, SparrowMetrics metrics, IRandomSource random, TimeProvider time, ILogger<Hooks> logger)
{
    /// <summary>What the sender to a hook that is not set up hears.</summary>
    public static HookOutcome Unknown { get; } = new HookOutcome.Refused(
        StatusCodes.Status404NotFound, "There is no hook of this name. Set it up under Hooks__{name}, or check the address.");

    /// <summary>Whether a hook of that name is set up.</summary>
    public bool Knows(string name) => hooks.Find(name) is not null;

    /// <summary>Refuses a delivery that is too large to be read.</summary>
    /// <param name="name">The hook's name.</param>
    /// <param name="maxBytes">Most that is read, in bytes.</param>
    public HookOutcome RefuseLarge(string name, int maxBytes) => Refuse(name, StatusCodes.Status413PayloadTooLarge, $"The body has more than {maxBytes} bytes. Send less.");

    /// <summary>Takes a delivery in.</summary>
    /// <param name="name">The hook's name.</param>
    /// <param name="request">The delivery as it came.</param>
    /// <param name="cancellationToken">Ends it; the sender may repeat it.</param>
    public async Task<HookOutcome> ReceiveAsync(string name, HookRequest request, CancellationToken cancellationToken)
    {
        if (hooks.Find(name) is not { } hook)
            return Unknown;
        if (hook.Scheme.Refuse(request, time.GetUtcNow()) is { } unproved)
            return Refuse(hook.Name, StatusCodes.Status401Unauthorized, unproved);
        if (HookBody.Read(request, out var rejection) is not { } body)
            return Refuse(hook.Name, StatusCodes.Status400BadRequest, rejection!.Reason);

        var happened = hook.Scheme.Read(request, body);
        if (happened.Reply is { } reply)
        {
            Log.Answered(logger, hook.Name);
            return new HookOutcome.Answered(reply);
        }

        // Without any id there is nothing that tells a repetition from a second event with the same body: each is a job of its own
        var key = happened.DeliveryId is null ? request.Header("Idempotency-Key")?.Trim('"') : null;
        happened = happened with { DeliveryId = happened.DeliveryId ?? key };
        var id = HookJobId.Of(hook.Name, happened.DeliveryId ?? random.NextId().ToString("N"));
        return hook.Ask(id, request, body, happened, out rejection) is { } prompt
            ? await AcceptAsync(hook, prompt, hasOwnKey: key is not null, happened.IsCommand, cancellationToken)
            : Refuse(hook.Name, StatusCodes.Status422UnprocessableEntity, rejection!.Reason);
    }

    private async Task<HookOutcome> AcceptAsync(Hook hook, Prompt prompt, bool hasOwnKey, bool isCommand, CancellationToken cancellationToken)
    {
        var source = $"hook/{hook.Name}";
        var (accepted, rejection) = await intake.TakeAsync(PromptWriter.Write(prompt), cancellationToken);
        if (accepted is null)
            return Refuse(hook.Name, StatusCodes.Status422UnprocessableEntity, rejection!.Reason);
        var (verdict, job, _) = await chats.AcceptAsync(JobId.Parse(prompt.Id!), accepted, source, cancellationToken);

        // A sender's redelivery is the same one whatever the settings have become since; a key of one's own means what it meant first
        if (verdict == ChatVerdict.OtherContent && (hasOwnKey || job.Source != source))
            return Refuse(hook.Name, StatusCodes.Status422UnprocessableEntity, $"{job.Id} is the job of another delivery. Repeat a delivery unchanged, or send another id or Idempotency-Key with it.");
        Log.Accepted(logger, hook.Name, job.Id, job.State.Name());
        return new HookOutcome.Accepted(job.Id, job.State, job.Accepted.Prompt.Conversation, isCommand);
    }

    private HookOutcome.Refused Refuse(string hook, int status, string reason)
    {
        Log.Refused(logger, hook, status, reason);
        metrics.PromptRejected($"hook/{hook}");
        return new HookOutcome.Refused(status, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 290, Level = LogLevel.Information, Message = "A delivery to hook {Hook} is job {JobId}, which is {State}")]
        public static partial void Accepted(ILogger logger, string hook, JobId jobId, string state);

        [LoggerMessage(EventId = 291, Level = LogLevel.Information, Message = "Hook {Hook} answered its sender's question whether it is there")]
        public static partial void Answered(ILogger logger, string hook);

        [LoggerMessage(EventId = 292, Level = LogLevel.Warning, Message = "Hook {Hook} refused a delivery with {Status}: {Reason}")]
        public static partial void Refused(ILogger logger, string hook, int status, string reason);
    }
}
