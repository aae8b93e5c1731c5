using System.Diagnostics;
using Microsoft.Extensions.Options;
using SparrowFunctions.Files;
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
    SparrowClient sparrow,
    SparrowMetrics metrics,
    IOptions<SparrowOptions> options,
    IOptions<ResultsOptions> results,
    TimeProvider time)
{
    /// <summary>Reads the text, uploads the files and makes the request; nothing of this is billed as a call.</summary>
    public async Task<SparrowOutcome<ChatRequest>> PrepareAsync(Job job, CancellationToken cancellationToken)
    {
        var prompt = job.Accepted.Prompt;
        var text = prompt.Text;
        if (job.Accepted.TextBlob is { } version)
        {
            var read = await blobs.ReadTextAsync(version, cancellationToken);
            if (read.Problem is { } problem)
                return new SparrowError(FailureKind.Rejected, SparrowFault.NotSent, null, problem);
            text = read.Text;
        }

        var asked = Asked(job);
        var files = await uploads.UploadAsync(job.Accepted.Files, asked.Mode, cancellationToken);
        if (!files.Succeeded)
            return files.Error;
        return asked with
        {
            Message = text,
            ConversationId = files.Value.ConversationId,
            Attachments = files.Value.Attachments,
            Parts = files.Value.Parts,
        };
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
