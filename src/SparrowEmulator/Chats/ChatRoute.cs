namespace SparrowEmulator.Chats;

/// <summary>A path that takes questions.</summary>
/// <param name="Path">The path.</param>
/// <param name="Lane">Whose cap counts.</param>
/// <param name="Form">How the body is built.</param>
/// <param name="NeedsGizmo">True when the path is for custom GPTs and a gizmo_id must be given.</param>
internal sealed record ChatRoute(string Path, Lane Lane, BodyForm Form, bool NeedsGizmo);

/// <summary>What the vendor calls a concurrency mode.</summary>
internal enum Lane
{
    /// <summary>/standard, and /chat of the later generation.</summary>
    Standard,

    /// <summary>/concurrent.</summary>
    Concurrent,

    /// <summary>The free conversation: no cap, no points.</summary>
    Free,
}

/// <summary>How a chat's body is built.</summary>
internal enum BodyForm
{
    /// <summary><c>message</c>, one text.</summary>
    Single,

    /// <summary><c>messages</c> of {role, content, attachments, parts}; inferred from a type of the vendor's own client.</summary>
    Several,

    /// <summary><c>messages</c> of {content: {content_type, parts}}, from the vendor's guide.</summary>
    Free,
}
