using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SparrowEmulator.Admin;
using SparrowEmulator.Chats;

namespace SparrowEmulator.Sessions;

/// <summary>All conversations, and the rules of taking part in one.</summary>
internal sealed class SessionStore(EmulatorClock clock, SettingsStore settings)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>Binds an upload to the named conversation, or to a new internal one.</summary>
    /// <param name="conversationId">The conversation as the client named it; null for none.</param>
    /// <param name="fileId">The new file's id.</param>
    /// <param name="refusal">Why not, when false is returned.</param>
    /// <param name="boundTo">The id to answer, when true is returned.</param>
    public bool TryBind(string? conversationId, string fileId, [NotNullWhen(true)] out string? boundTo, [NotNullWhen(false)] out Refusal? refusal)
    {
        lock (_gate)
        {
            (boundTo, refusal) = (null, null);
            Session? session;
            if (conversationId is null)
            {
                session = new Session(Identifiers.Internal(settings.Current.InternalIdSeparator), isInternal: true, []);
                _sessions.Add(session.Id, session);
            }
            else if (!TryFind(conversationId, out session, out refusal))
            {
                return false;
            }

            session.Files.Add(fileId);
            session.Touched = clock.Now;
            boundTo = session.Id;
            return true;
        }
    }

    /// <summary>Takes a message into its conversation; nobody else may send one there until the turn is disposed of.</summary>
    public bool TryBegin(ChatCall chat, [NotNullWhen(true)] out Turn? turn, [NotNullWhen(false)] out Refusal? refusal)
    {
        lock (_gate)
        {
            (turn, refusal) = (null, null);
            Session? named = null;
            if (chat.ConversationId is not null && !TryFind(chat.ConversationId, out named, out refusal)) return false;

            refusal = Check(chat, named);
            if (refusal is not null) return false;

            var session = named is null or { IsInternal: true } ? new Session(Identifiers.Uuid(), isInternal: false, named?.Files ?? []) : named;
            if (named is not null) named.IsBusy = true;
            turn = new Turn(this, session, named);
            return true;
        }
    }

    /// <summary>Forgets every conversation.</summary>
    public void Clear()
    {
        lock (_gate) _sessions.Clear();
    }

    private bool TryFind(string id, [NotNullWhen(true)] out Session? session, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = null;
        if (!_sessions.TryGetValue(id, out session))
        {
            refusal = new Refusal(StatusCodes.Status404NotFound, $"Conversation {id} is not known.");
            return false;
        }

        var hold = TimeSpan.FromSeconds(settings.Current.HoldSeconds);
        if (!session.IsBusy && clock.Now - session.Touched > hold)
        {
            var seconds = hold.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            refusal = new Refusal(StatusCodes.Status404NotFound, $"Conversation {id} has expired: its hold of {seconds} s has run out.");
            session = null;
            return false;
        }

        return true;
    }

    private Refusal? Check(ChatCall chat, Session? named)
    {
        if (named is { IsBusy: true })
            return Conflict($"Only one message at a time: conversation {named.Id} is still answering.");

        if (named is { IsInternal: false } && !IsParent(named, chat.ParentMessageId))
        {
            return Conflict(chat.ParentMessageId is null
                ? $"parent_message_id is missing: conversation {named.Id} has messages already."
                : $"parent_message_id {chat.ParentMessageId} is not a message to go on from in conversation {named.Id}.");
        }

        var foreign = chat.FileIds.FirstOrDefault(id => named is null || !named.Files.Contains(id));
        if (foreign is null) return null;
        return Conflict(named is null
            ? $"File {foreign} was not uploaded for this chat: send the conversation_id that its upload returned."
            : $"File {foreign} does not belong to conversation {named.Id}: upload it there.");
    }

    private bool IsParent(Session session, string? parent) =>
        parent is not null && (settings.Current.Parents == ParentRule.Last ? parent == session.LastAnswer : session.Answers.Contains(parent));

    private void Finish(Session session, Session? named, string messageId)
    {
        lock (_gate)
        {
            session.Answers.Add(messageId);
            session.LastAnswer = messageId;
            session.Touched = clock.Now;
            if (named is not null) named.Touched = session.Touched;
            _sessions[session.Id] = session;
        }
    }

    private void Release(Session? named)
    {
        lock (_gate)
        {
            if (named is not null) named.IsBusy = false;
        }
    }

    private static Refusal Conflict(string detail) => new(StatusCodes.Status409Conflict, detail);

    /// <summary>One message on its way through a conversation; disposing of it lets the next message in.</summary>
    internal sealed class Turn(SessionStore store, Session session, Session? named) : IDisposable
    {
        /// <summary>The conversation to answer from; a UUID.</summary>
        public string ConversationId => session.Id;

        /// <summary>The answer is decided: the conversation goes on from it.</summary>
        public void Finish(string messageId) => store.Finish(session, named, messageId);

        /// <inheritdoc/>
        public void Dispose() => store.Release(named);
    }
}
