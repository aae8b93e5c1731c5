namespace SparrowFunctions.Sparrow.Responses;

/// <summary>What a classification has to know about the request that was answered.</summary>
/// <param name="Now">The time at which the answer came; for a <c>Retry-After</c> that is a date.</param>
/// <param name="ConversationId">The conversation that was sent, if one was.</param>
/// <param name="IsChat">Whether a model was asked; uploads and downloads ask none.</param>
/// <param name="Key">The key, to be struck out of whatever the body says.</param>
public sealed record ErrorContext(DateTimeOffset Now, string? ConversationId = null, bool IsChat = true, string? Key = null)
{
    /// <summary>Hides the key, also from a log that prints this record.</summary>
    public override string ToString() => $"{nameof(ErrorContext)} {{ {nameof(ConversationId)} = {ConversationId}, {nameof(IsChat)} = {IsChat} }}";
}
