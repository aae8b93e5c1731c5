using Microsoft.AspNetCore.Http;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Web;

/// <summary><c>POST /api/hooks/{name}</c>: a delivery of another system, its bytes untouched since they are what was signed.</summary>
public sealed class HookRequests(Answering answering, Hooks hooks)
{
    /// <summary>Answers a request.</summary>
    public async Task<IResult> PostAsync(HttpRequest request, string name, CancellationToken cancellationToken)
    {
        if (!hooks.Knows(name))
            return Of(Hooks.Unknown);
        var (bytes, refusal) = await Answering.ReadAsync(() => RequestBody.ReadBytesAsync(request, cancellationToken));
        if (refusal is not null)
            return refusal;
        if (bytes is not { } body)
            return Of(hooks.RefuseLarge(name, RequestBody.MaxBytes));

        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return await answering.AnswerAsync(request, async patience => Of(await hooks.ReceiveAsync(name, new HookRequest(headers, body), patience)), cancellationToken);
    }

    private static IResult Of(HookOutcome outcome) => outcome switch
    {
        // Slack shows its user an error for anything but 200
        HookOutcome.Accepted { IsCommand: true } job => TypedResults.Json(
            new ChatReply("ephemeral", $"Taken as job {job.Id}. The answer will be in results/{job.Id}/answer.md."), HookJson.Default.ChatReply),
        HookOutcome.Accepted job => TypedResults.Accepted(
            $"/api/jobs/{job.Id}", new HookReceipt(job.Id.ToString(), job.State.Name(), job.Conversation)),
        HookOutcome.Answered { Reply: var reply } => TypedResults.Text(reply, "text/plain"),
        HookOutcome.Refused refused => Answers.Problem(refused.Status, refused.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome of a delivery."),
    };
}
