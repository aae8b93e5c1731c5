using Microsoft.AspNetCore.Http;
using SparrowFunctions.Conversations;

namespace SparrowFunctions.Web;

/// <summary>The routes under <c>/api/conversations</c>: read, forget.</summary>
public sealed class ConversationRequests(Answering answering, Transcripts transcripts)
{
    /// <summary><c>GET /api/conversations/{*key}</c>: all that was said, in order.</summary>
    public Task<IResult> GetAsync(HttpRequest request, string key, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async patience => await transcripts.FindAsync(Key(request, key), patience) is { } transcript
            ? Answers.Versioned(transcript, WebJson.Readable.Transcript)
            : Missing,
        cancellationToken);

    /// <summary><c>DELETE /api/conversations/{*key}</c>: forgets it.</summary>
    public Task<IResult> ForgetAsync(HttpRequest request, string key, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async patience => await transcripts.ForgetAsync(Key(request, key), patience) switch
        {
            Forgetting.Forgotten => TypedResults.NoContent(),
            Forgetting.NoConversation => Missing,
            _ => Answers.Problem(StatusCodes.Status409Conflict, "A turn of this conversation runs or waits. Wait for its end or call its job off, then forget the conversation."),
        },
        cancellationToken);

    private static IResult Missing => Answers.Missing("There is no conversation of that key. The key is what its prompts name as conversation, percent-encoded.");

    private static ConversationKey Key(HttpRequest request, string key) => new(RouteRest.Read(request, "/conversations/", key));
}
