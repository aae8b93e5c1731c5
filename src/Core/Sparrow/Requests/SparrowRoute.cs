namespace SparrowFunctions.Sparrow.Requests;

/// <summary>What a call asks for; together with the mode it has one path.</summary>
public enum SparrowRoute
{
    /// <summary>A file or an image, before the chat that uses it.</summary>
    Upload,

    /// <summary>One prompt to a model.</summary>
    AllTools,

    /// <summary>One prompt to a custom GPT.</summary>
    Gizmos,

    /// <summary>Several messages to a model.</summary>
    SystemAllTools,

    /// <summary>Several messages to a custom GPT.</summary>
    SystemGizmos,

    /// <summary>One prompt to the free GPT-3.5, on its own host.</summary>
    FreeConversation,

    /// <summary>The size of the free host's pool.</summary>
    Pool,
}
