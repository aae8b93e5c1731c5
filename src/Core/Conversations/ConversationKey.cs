using System.Security.Cryptography;
using System.Text;

namespace SparrowFunctions.Conversations;

/// <summary>A caller's own key of a conversation: any Unicode, so a hash of it is what stands in table keys.</summary>
/// <param name="Text">The key as the caller wrote it.</param>
public readonly record struct ConversationKey(string Text)
{
    /// <summary>The partition of this conversation in table <c>turns</c>.</summary>
    public string PartitionKey => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text))[..16]);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
