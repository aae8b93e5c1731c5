using SparrowFunctions.Web;

namespace SparrowFunctions.Triggers;

/// <summary><c>POST /api/chat</c>: takes a prompt in.</summary>
public sealed class OnChat(ChatRequests chats)
{
    /// <summary>202 when it is safe, 200 with its outcome where the client waits for it.</summary>
    [Function(nameof(OnChat))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "chat")] HttpRequest request, CancellationToken cancellationToken) =>
        chats.PostAsync(request, cancellationToken);
}
