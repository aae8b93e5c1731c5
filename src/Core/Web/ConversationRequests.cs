using Microsoft.AspNetCore.Http;
using SparrowFunctions.Conversations;

namespace SparrowFunctions.Web;

/// <summary>The routes under <c>/api/conversations</c>: read, forget. Which one is said in the path or, for any key at all, as <c>?key=</c>.</summary>
public sealed class ConversationRequests(Answering answering, Transcripts transcripts)
{
    /// <summary><c>GET /api/conversations/{*key}</c>: all that was said, in order.</summary>
    public Task<IResult> GetAsync(HttpRequest request, CancellationToken cancellationToken) => AnswerAsync(
        request,
        async (key, patience) => await transcripts.FindAsync(key, patience) is { } transcript
            ? Answers.Versioned(transcript, WebJson.Readable.Transcript)
            : Missing,
        cancellationToken);

    /// <summary><c>DELETE /api/conversations/{*key}</c>: forgets it.</summary>
    public Task<IResult> ForgetAsync(HttpRequest request, CancellationToken cancellationToken) => AnswerAsync(
        request,
        async (key, patience) => await transcripts.ForgetAsync(key, patience) switch
        {
            Forgetting.Forgotten => TypedResults.NoContent(),
            Forgetting.NoConversation => Missing,
            _ => Answers.Problem(StatusCodes.Status409Conflict, "A turn of this conversation runs or waits. Wait for its end or call its job off, then forget the conversation."),
        },
        cancellationToken);

    private static IResult Missing => Answers.Missing("There is no conversation of that key. The key is what its prompts name as conversation, percent-encoded, in the path or as ?key=….");

    private Task<IResult> AnswerAsync(HttpRequest request, Func<ConversationKey, CancellationToken, Task<IResult>> answer, CancellationToken cancellationToken)
    {
        var asked = AskedName.Read(RouteRest.Read(request.Path.Value, "/conversations/"), request.Query["key"], "key", hasFolders: false);
        return answering.AnswerAsync(
            request,
            async patience => asked switch
            {
                { Problem: { } problem } => Answers.Bad(problem),
                { Other: { } other } when await transcripts.ExistsAsync(new ConversationKey(other), patience) => Answers.Bad(AskedName.Ambiguous("key")),
                { Text: { } key } => await answer(new ConversationKey(key), patience),
                _ => Missing,
            },
            cancellationToken);
    }
}
