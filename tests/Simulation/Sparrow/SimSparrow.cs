using System.Globalization;
using System.Text.RegularExpressions;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Calls;
using SparrowFunctions.Sparrow.Requests;
using SparrowFunctions.Sparrow.Responses;
using SparrowFunctions.Tests.Simulation.Storage;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Sparrow;

/// <summary>
/// Sparrow: conversations with a hold, points, faults by seed, and a ledger of every chat. It goes on answering when the process that
/// asked is dead, as the real one would.
/// </summary>
internal sealed partial class SimSparrow(SimWorld world, SimNetwork network, TimeSpan requestTimeout)
{
    /// <summary>How long a conversation is kept after its last answer.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Far = TimeSpan.FromMilliseconds(80);

    private readonly Dictionary<string, SimSession> _sessions = new(StringComparer.Ordinal);
    private readonly List<SimCall> _calls = [];
    private int _uploads;

    public IReadOnlyList<SimCall> Calls => _calls;

    public SparrowFaults Faults { get; set; } = SparrowFaults.None;

    /// <summary>A status that every chat is answered with, until it is null again: 402 without points, 401 without a key, 429 without quota, 503, or 0 for no connection.</summary>
    public int? Closed { get; set; }

    /// <summary>Whether a turn may go on from an earlier answer than the last (a fork), as the vendor may allow; the judge forbids it either way.</summary>
    public bool AllowsForks { get; init; }

    /// <summary>Asks; the outcome is what the real client would make of the answer.</summary>
    public Task<SparrowOutcome<ChatResponse>> ChatAsync(SimProcess process, ChatRequest request)
    {
        world.AssertOnThread("A chat was sent");
        var answer = new TaskCompletionSource<SparrowOutcome<ChatResponse>>();
        if (!process.Alive)
            return answer.Task;
        network.Watcher?.Invoke(process, CallStage.Leaving);
        world.After(Way(), () => Arrive(new Chat(process, request, answer)));
        return answer.Task;
    }

    /// <summary>Takes a file.</summary>
    public Task<SparrowOutcome<UploadedFile>> UploadAsync(SimProcess process, SparrowUpload upload, long size)
    {
        world.AssertOnThread("A file was sent");
        var answer = new TaskCompletionSource<SparrowOutcome<UploadedFile>>();
        if (!process.Alive)
            return answer.Task;
        world.After(Way(), () =>
        {
            var outcome = Take(upload, size);
            world.Tell($"{process.Name} uploads {upload.FileName} -> {outcome.Value?.ConversationId ?? outcome.Error!.Reason}");
            world.After(Way(), () =>
            {
                if (process.Alive)
                    answer.TrySetResult(outcome);
            });
        });
        return answer.Task;
    }

    private TimeSpan Way() => world.Random.Between(Near, Far);

    private SparrowOutcome<UploadedFile> Take(SparrowUpload upload, long size)
    {
        if (Closed is { } status)
            return status == 0 ? NotSent() : Classify(status, null, Words(status), null);
        if (upload.ConversationId is { } id && Find(id) is null)
            return Classify(404, null, Unknown(id), id);
        var session = upload.ConversationId is { } named ? Find(named)! : Begin(isInternal: true);
        session.Touched = world.Elapsed;
        return UploadResponseReader.Read(
            $$$"""{"conversation_id":"{{{session.Id}}}","attachment":{"id":"file-{{{++_uploads}}}","name":"{{{upload.FileName}}}","size":{{{size}}},"mimeType":"text/plain"}}""")!;
    }

    private void Arrive(Chat chat)
    {
        if (!chat.Process.Alive && world.Random.Chance(0.5))
            return;

        var (random, faults) = (world.Random, Faults);
        if (Closed == 0 || random.Chance(faults.NotSent))
        {
            world.Tell($"{chat.Process.Name} has no connection to Sparrow for {chat.Mark}");
            Answer(chat, NotSent());
            return;
        }

        var call = new SimCall
        {
            Number = _calls.Count + 1,
            Prompt = chat.Prompt,
            Mark = chat.Mark,
            ConversationId = chat.Request.ConversationId,
            ParentMessageId = chat.Request.ParentMessageId,
            Process = chat.Process,
            Started = world.Elapsed,
        };
        _calls.Add(call);
        chat.Call = call;
        world.Tell($"{chat.Process.Name} asks Sparrow: {call}");
        if (chat.Process.Alive)
            network.Watcher?.Invoke(chat.Process, CallStage.Effective);
        if (Refusal(chat) is { } refusal)
        {
            call.Fault = $"refused with {refusal.Status}";
            End(chat);
            Answer(chat, Classify(refusal.Status, refusal.RetryAfter, refusal.Body, chat.Request.ConversationId));
            return;
        }

        Work(chat, call);
    }

    private (int Status, string? RetryAfter, string Body)? Refusal(Chat chat)
    {
        var (random, faults, id) = (world.Random, Faults, chat.Request.ConversationId);
        if (Closed is { } status)
            return (status, null, Words(status));
        if (random.Chance(faults.SlowDown))
            return (429, random.Between(1, 60).ToString(CultureInfo.InvariantCulture), """{"detail":"Too many requests, rate limit reached."}""");
        if (random.Chance(faults.Transient))
            return (random.Pick([500, 502, 503, 504]), null, """{"detail":"upstream"}""");
        if (random.Chance(faults.Rejected))
            return (400, null, """{"detail":"parameters are wrong"}""");
        if (random.Chance(faults.WrongModel / 2))
            return (415, null, """{"detail":"The model was not GPT-4."}""");
        if (id is null)
            return null;

        if (Find(id) is not { } session || random.Chance(faults.SessionLost))
        {
            _sessions.Remove(id);
            return (404, null, Unknown(id));
        }

        if (session.Busy)
            return (409, null, $$"""{"detail":"Only one message at a time: conversation {{id}} is still answering."}""");
        var parent = chat.Request.ParentMessageId;
        var known = session.IsInternal || (AllowsForks ? session.Answers.Contains(parent ?? "", StringComparer.Ordinal) : session.Answers[^1] == parent);
        return known ? null : (409, null, $$"""{"detail":"parent_message_id {{parent}} is not a message to go on from in conversation {{id}}."}""");
    }

    private void Work(Chat chat, SimCall call)
    {
        var (random, faults) = (world.Random, Faults);
        var session = chat.Request.ConversationId is { } id && Find(id) is { IsInternal: false } named ? named : Begin(isInternal: false);
        session.Busy = true;
        call.Billed = true;
        var time = random.Skewed(TimeSpan.FromSeconds(1), faults.LongestAnswer);
        if (random.Chance(faults.Timeout))
        {
            call.Fault = "never answered";
            world.After(requestTimeout, () =>
            {
                Finish(session, null);
                End(chat);
                Answer(chat, CallFaults.TimedOut(Sent(chat), started: true));
            });
            return;
        }

        world.After(time, () =>
        {
            var (outcome, fault) = Outcome(chat, call, session);
            call.Fault = fault;
            End(chat);
            Answer(chat, outcome);
        });
    }

    private (SparrowOutcome<ChatResponse> Outcome, string? Fault) Outcome(Chat chat, SimCall call, SimSession session)
    {
        var (random, faults) = (world.Random, Faults);
        var message = $"m{call.Number}";
        Finish(session, message);
        if (random.Chance(faults.Reset))
            return (CallFaults.Broken(Sent(chat), started: true, new IOException("reset")), "connection reset");
        if (random.Chance(faults.Unreadable))
        {
            return (new SparrowError(FailureKind.Ambiguous, SparrowFault.Answered, 200, "Sparrow answered 200 with a body that is no answer.", PossiblyBilled: true), "unreadable");
        }

        var model = chat.Request.Model;
        if (random.Chance(faults.Empty))
        {
            var body = random.Chance(0.5) ? SimAnswer.Empty(session.Id, message, chat.Prompt, model) : SimAnswer.InBandError(session.Id, message, chat.Prompt, model);
            return (ChatResponseReader.Read(body)!, "empty");
        }

        if (random.Chance(faults.WrongModel))
            return (ChatResponseReader.Read(SimAnswer.Of(session.Id, message, chat.Prompt, "I am a weaker model.", "text-davinci-002-render-sha"))!, "wrong model");

        call.Answer = $"Answer {call.Number} to {chat.Mark}.";
        return (ChatResponseReader.Read(SimAnswer.Of(session.Id, message, chat.Prompt, call.Answer, model))!, null);
    }

    private void Finish(SimSession session, string? message)
    {
        session.Busy = false;
        session.Touched = world.Elapsed;
        if (message is not null)
            session.Answers.Add(message);
    }

    private void End(Chat chat)
    {
        chat.Call!.Ended = world.Elapsed;
        world.Tell($"Sparrow is done: {chat.Call}");
    }

    private void Answer(Chat chat, SparrowOutcome<ChatResponse> outcome) => world.After(Way(), () =>
    {
        if (!chat.Process.Alive)
            return;
        if (chat.Call is { } call)
            call.Told = world.Elapsed;
        chat.Answer.TrySetResult(outcome);
        network.Watcher?.Invoke(chat.Process, CallStage.Answered);
    });

    private SimSession? Find(string id) =>
        _sessions.TryGetValue(id, out var session) && (session.Busy || world.Elapsed - session.Touched <= Hold) ? session : null;

    private SimSession Begin(bool isInternal)
    {
        var session = new SimSession($"{(isInternal ? "up" : "c")}{_sessions.Count + 1}-{world.Random.NextUInt32():x8}", isInternal) { Touched = world.Elapsed };
        return _sessions[session.Id] = session;
    }

    private SparrowError Classify(int status, string? retryAfter, string body, string? conversationId) =>
        ErrorClassifier.Classify(status, retryAfter, body, new ErrorContext(world.Now, conversationId));

    private SparrowError NotSent() => CallFaults.Broken(
        new Call(HttpMethod.Post, "/chat", OnFreeHost: false, IsChat: true, IsPaid: true, requestTimeout, null), started: false, new IOException("refused"));

    private Call Sent(Chat chat) => new(HttpMethod.Post, "/chat", OnFreeHost: false, IsChat: true, IsPaid: true, requestTimeout, chat.Request.ConversationId);

    private static string Unknown(string id) => $$"""{"detail":"Conversation {{id}} is not known."}""";

    private static string Words(int status) => status switch
    {
        401 => """{"detail":"The key is not valid."}""",
        402 => """{"detail":"Out of points."}""",
        429 => """{"error":{"code":"insufficient_quota","message":"You exceeded your quota."}}""",
        _ => """{"detail":"unavailable"}""",
    };

    [GeneratedRegex(@"\[q[0-9]+\]", RegexOptions.CultureInvariant | RegexOptions.RightToLeft, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex LastMark();

    private sealed class Chat(SimProcess process, ChatRequest request, TaskCompletionSource<SparrowOutcome<ChatResponse>> answer)
    {
        public SimProcess Process => process;

        public ChatRequest Request => request;

        public TaskCompletionSource<SparrowOutcome<ChatResponse>> Answer => answer;

        public SimCall? Call { get; set; }

        public string Prompt { get; } = request.Message ?? request.Messages?.LastOrDefault(message => message.Role == "user")?.Content ?? "";

        public string Mark => LastMark().Match(Prompt).Value;
    }
}
