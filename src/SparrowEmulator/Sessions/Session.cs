namespace SparrowEmulator.Sessions;

/// <summary>
/// A conversation, or the place an upload is kept until its first chat (<see cref="IsInternal"/>). An internal one stays usable within
/// its hold: each chat that names it begins a conversation of its own that knows the same files.
/// </summary>
internal sealed class Session(string id, bool isInternal, HashSet<string> files)
{
    /// <summary>The id the client knows it by.</summary>
    public string Id { get; } = id;

    /// <summary>True as long as only uploads have named it.</summary>
    public bool IsInternal { get; } = isInternal;

    /// <summary>The ids of the files bound to it.</summary>
    public HashSet<string> Files { get; } = files;

    /// <summary>The answers given so far, by message id.</summary>
    public HashSet<string> Answers { get; } = [];

    /// <summary>The last answer's message id.</summary>
    public string? LastAnswer { get; set; }

    /// <summary>True while a message is being answered.</summary>
    public bool IsBusy { get; set; }

    /// <summary>End of the last answer or upload, in emulated time: the hold counts from here.</summary>
    public DateTimeOffset Touched { get; set; }
}

/// <summary>Why a conversation can't take a message or a file.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">The reason; names the conversation.</param>
internal sealed record Refusal(int Status, string Detail);
