using System.Diagnostics;
using Microsoft.Extensions.Options;
using SparrowFunctions.Conversations;
using SparrowFunctions.Files.Uploads;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions;

/// <summary>The call of a job: what it asks, made into a request with its files uploaded, and sent.</summary>
public sealed class JobCall(
    PromptBlobs blobs,
    FileUploads uploads,
    Floor floor,
    SparrowClient sparrow,
    SparrowMetrics metrics,
    IOptions<SparrowOptions> options,
    IOptions<ResultsOptions> results,
    TimeProvider time)
{
    /// <summary>Reads the text and the past, uploads the files and makes the request; nothing of this is billed as a call.</summary>
    /// <param name="job">The job.</param>
    /// <param name="head">Its conversation; null for a job without one.</param>
    /// <param name="cancellationToken">Ends the transfer of files; those that arrived are used by the next attempt.</param>
    public async Task<SparrowOutcome<PreparedCall>> PrepareAsync(Job job, Head? head, CancellationToken cancellationToken)
    {
        var read = await TextAsync(job);
        if (read.Problem is { } problem)
            return new SparrowError(FailureKind.Rejected, SparrowFault.NotSent, null, problem);

        var asked = Asked(job) with { Message = read.Text };
        var goesOn = head is not null && SessionRule.GoesOn(head, job, asked.Mode, time.GetUtcNow());
        IReadOnlyList<Exchange> past = head is null || goesOn ? [] : await floor.ContextAsync(head, CancellationToken.None);
        var files = await uploads.UploadAsync(job, asked.Mode, goesOn ? head!.ConversationId : null, cancellationToken);
        if (!files.Succeeded)
            return files.Error;

        var request = WithPast(asked, past) with
        {
            ConversationId = files.Value.ConversationId ?? (goesOn ? head!.ConversationId : null),
            ParentMessageId = goesOn ? head!.MessageId : null,
            Attachments = files.Value.Attachments,
            Parts = files.Value.Parts,
        };
        return new PreparedCall(request, Rebuilt: past.Count > 0);
    }

    /// <summary>What the user said in a job; what is wrong with it, where it can't be read.</summary>
    public async Task<(string? Text, string? Problem)> TextAsync(Job job) => job.Accepted.TextBlob is { } version
        ? await blobs.ReadTextAsync(version, CancellationToken.None)
        : (job.Accepted.Prompt.Text, null);

    /// <summary>What is known of a job's call whose worker is gone.</summary>
    public SparrowError OutcomeUnknown(Job job) => new(
        FailureKind.Ambiguous,
        SparrowFault.ResetAfterSending,
        null,
        "The worker stopped while the call was under way; whether it was answered is not known.",
        PossiblyBilled: IsPaid(job));

    /// <summary>Whether a job's calls cost points.</summary>
    public bool IsPaid(Job job) => Mode(job) != SparrowMode.Free;

    /// <summary>The lane a job takes.</summary>
    public SparrowMode Mode(Job job) => Mode(job.Accepted.Prompt);

    // Several messages carry the past best; a profile without their route gets it packed into the text
    private ChatRequest WithPast(ChatRequest asked, IReadOnlyList<Exchange> past)
    {
        if (past.Count == 0)
            return asked;
        if (asked.Messages is { } messages)
            return asked with { Messages = Rebuild.AsMessages(past, messages) };
        return asked.Mode != SparrowMode.Free && sparrow.TakesMessages(asked.Mode, asked.GizmoId is not null)
            ? asked with { Message = null, Messages = Rebuild.AsMessages(past, [new ChatMessage("user", asked.Message!)]) }
            : asked with { Message = Rebuild.AsText(past, asked.Message!) };
    }

    /// <summary>What a job asks for, without its text and files: enough to judge an answer by.</summary>
    public ChatRequest Asked(Job job)
    {
        var prompt = job.Accepted.Prompt;
        var mode = Mode(prompt);
        return new ChatRequest
        {
            Messages = prompt.Messages is { } messages ? [.. messages.Select(message => new ChatMessage(message.Role, message.Content))] : null,
            Model = prompt.Model ?? options.Value.Model,
            GizmoId = prompt.GizmoId ?? (mode == SparrowMode.Free ? null : options.Value.GizmoId),
            Mode = mode,
            HistoryAndTrainingDisabled = !(prompt.WantFiles ?? results.Value.SaveFiles),
            Extra = prompt.Extra,
        };
    }

    /// <summary>Sends a request and waits for what comes of it. Not cancellable: a call that left is paid for, so its answer is waited for.</summary>
    public async Task<SparrowOutcome<ChatResponse>> SendAsync(ChatRequest request)
    {
        var started = time.GetTimestamp();
        using var activity = SparrowTracing.Source.StartActivity("sparrow.chat", ActivityKind.Client);
        var outcome = await sparrow.ChatAsync(request, CancellationToken.None);
        metrics.CallEnded(time.GetElapsedTime(started), outcome.Succeeded ? "answered" : outcome.Error.Kind.Name());
        return outcome;
    }

    private SparrowMode Mode(Prompt prompt) => prompt.Mode switch
    {
        "standard" => SparrowMode.Standard,
        "concurrent" => SparrowMode.Concurrent,
        "free" => SparrowMode.Free,
        _ => options.Value.Mode,
    };
}
