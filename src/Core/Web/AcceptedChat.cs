namespace SparrowFunctions.Web;

/// <summary>The answer to a prompt that was taken in.</summary>
/// <param name="Id">Its job.</param>
/// <param name="State">Where the job stands.</param>
/// <param name="Conversation">Its conversation; null for none.</param>
public sealed record AcceptedChat(string Id, string State, string? Conversation);
