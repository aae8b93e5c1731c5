using System.Buffers;
using Microsoft.AspNetCore.Http;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.Jobs;

namespace SparrowFunctions;

/// <summary>Deliveries as HTTP has them: read from a request, answered as a response.</summary>
internal static class HookAnswer
{
    /// <summary>Reads a request as it is.</summary>
    /// <returns>The delivery; null when its body is larger than is taken.</returns>
    public static async Task<HookRequest?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            return null;

        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var body = new ArrayBufferWriter<byte>();
        while (await request.Body.ReadAsync(body.GetMemory(), cancellationToken) is > 0 and var count)
        {
            body.Advance(count);
            if (body.WrittenCount > maxBytes)
                return null;
        }

        return new HookRequest(headers, body.WrittenMemory);
    }

    /// <summary>What the sender hears.</summary>
    public static IResult Of(HookOutcome outcome) => outcome switch
    {
        // Slack shows its user an error for anything but 200
        HookOutcome.Accepted { IsCommand: true } job => TypedResults.Json(
            new ChatReply("ephemeral", $"Taken as job {job.Id}. The answer will be in results/{job.Id}/answer.md."), HookJson.Default.ChatReply),
        HookOutcome.Accepted job => TypedResults.Accepted(
            $"/api/jobs/{job.Id}", new HookReceipt(job.Id.ToString(), job.State.Name(), job.Conversation)),
        HookOutcome.Answered { Reply: var reply } => TypedResults.Text(reply, "text/plain"),
        HookOutcome.Refused refused => TypedResults.Problem(refused.Reason, statusCode: refused.Status),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome of a delivery."),
    };
}
