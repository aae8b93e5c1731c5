using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>DELETE /api/conversations/{key}</c> or <c>?key=</c>: forgets a conversation.</summary>
public sealed class ForgetConversation(ConversationRequests conversations)
{
    /// <summary>204, or 409 while a turn runs or waits.</summary>
    [Function(nameof(ForgetConversation))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "conversations/{*key}")] HttpRequest request,
        CancellationToken cancellationToken) =>
        conversations.ForgetAsync(request, cancellationToken);
}
