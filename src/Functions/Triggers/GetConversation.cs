using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>GET /api/conversations/{key}</c> or <c>?key=</c>: all that was said, in order.</summary>
public sealed class GetConversation(ConversationRequests conversations)
{
    /// <summary>200 with the transcript, or 304.</summary>
    [Function(nameof(GetConversation))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "conversations/{*key}")] HttpRequest request,
        CancellationToken cancellationToken) =>
        conversations.GetAsync(request, cancellationToken);
}
