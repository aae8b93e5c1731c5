using System.Text.Json;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Results;
using SparrowFunctions.Tests.Simulation.Sparrow;
using SparrowFunctions.Tests.Simulation.Storage;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>
/// Holds what was promised against what happened: Sparrow's ledger says what was paid and answered, storage says what the sender gets.
/// It reads documents and rows, and asks the pipeline nothing.
/// </summary>
internal sealed class Judge(SimWorld world, SimStorage storage, SimSparrow sparrow, SimScenario scenario)
{
    /// <summary>How long a process may need to store an answer that it has, when nothing disturbs it.</summary>
    private static readonly TimeSpan Storing = TimeSpan.FromSeconds(90);

    /// <summary>A lease, a look or two, and what the faults of a bad time add to it; the platform's own way takes ten minutes.</summary>
    private static readonly TimeSpan TakingOver = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Heartbeats = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(90);

    /// <summary>More than doubling pauses from 10 s to 5 minutes allow in the longest closing, deaths of probers included.</summary>
    private const int MostProbes = 8;

    private readonly Disturbances _disturbances = new();
    private readonly Dictionary<(SimProcess Process, CallStage Stage), int> _requests = [];
    private readonly List<(SimProcess Process, CallStage Stage, int Request, Action Then)> _plans = [];
    private readonly List<(int Status, TimeSpan From, TimeSpan To)> _closings = [];
    private readonly HashSet<SimProcess> _watchTaken = [];
    private readonly Dictionary<SimProcess, TimeSpan> _heartbeatLost = [];
    private readonly List<string> _problems = [];
    private IReadOnlyList<JobRecord> _jobs = [];

    /// <summary>Counts requests, and does what is planned at one.</summary>
    public void Watch(SimProcess process, CallStage stage)
    {
        var count = _requests.GetValueOrDefault((process, stage));
        _requests[(process, stage)] = count + 1;
        foreach (var plan in _plans.FindAll(plan => plan.Process == process && plan.Stage == stage && plan.Request == count))
        {
            _plans.Remove(plan);
            plan.Then();
        }
    }

    /// <summary>Plans something for a process' request.</summary>
    public void At(SimProcess process, CallStage stage, int request, Action then) => _plans.Add((process, stage, request, then));

    public void Died(SimProcess process)
    {
        _disturbances.Died(process, world.Elapsed);
        if (storage.Queue(StorageNames.WorkQueue).Messages.Any(message => message.DequeueCount > 0 && message.VisibleOn > world.Now && message.Text.Contains("\"watch\"", StringComparison.Ordinal)))
            _watchTaken.Add(process);
    }

    /// <summary>A request had no answer: twice in a row for its own row, and a worker can't have shown for a while that it lives.</summary>
    public void Unanswered(SimProcess process, string what)
    {
        if (!what.Contains("workers/", StringComparison.Ordinal))
            return;
        if (_heartbeatLost.TryGetValue(process, out var before) && world.Elapsed - before < Heartbeats)
            _disturbances.Stalled(process, before - Heartbeats, world.Elapsed + Heartbeats);
        _heartbeatLost[process] = world.Elapsed;
    }

    public void Paused(SimProcess process, TimeSpan length) => _disturbances.Stalled(process, world.Elapsed, world.Elapsed + length);

    public void Outage(TimeSpan length)
    {
        storage.Network.BeginOutage(length);
        _disturbances.Stalled(null, world.Elapsed, world.Elapsed + length);
    }

    /// <summary>Sparrow refuses everybody with a status for a while.</summary>
    public void Closed(int status, TimeSpan until) => _closings.Add((status, world.Elapsed, until));

    /// <summary>Whether every prompt has come to its end, as far as rows tell.</summary>
    public bool AllEnded()
    {
        var jobs = JobRecord.ReadAll(storage);
        return scenario.Prompts.All(prompt => prompt.Broken is not null
            ? storage.Table(StorageNames.DeadLettersTable).Rows.Any()
            : jobs.Any(job => job.Id == prompt.JobId && job.State.IsTerminal()));
    }

    /// <summary>Every promise that was broken.</summary>
    public IReadOnlyList<string> Problems()
    {
        _jobs = JobRecord.ReadAll(storage);
        foreach (var prompt in scenario.Prompts.Where(prompt => prompt.Broken is null))
            JudgePrompt(prompt);
        foreach (var job in _jobs.Where(job => scenario.Prompts.All(prompt => prompt.JobId != job.Id)))
            Say($"job {job.Id} ({job.State.Name()}) belongs to no prompt that was sent");
        JudgeListings();
        JudgeLetters();
        JudgeGate();
        JudgeConversations();
        JudgeQueues();
        return _problems;
    }

    private void JudgePrompt(SimPrompt prompt)
    {
        if (_jobs.FirstOrDefault(job => job.Id == prompt.JobId) is not { } job)
        {
            // One whose every delivery failed before the ledger knew it is kept as a dead letter, with all that was sent
            if (!storage.Table(StorageNames.DeadLettersTable).Rows.Any(letter => letter.GetString("Original") == prompt.Json()))
                Say($"{prompt} was lost: the ledger has no such job");
            return;
        }

        if (!job.State.IsTerminal())
            Say($"{prompt} never ended: it is {job.State.Name()} ({job.Reason})");
        if (job.State == JobState.Failed && job.Attempts is [.., { Kind: SparrowFunctions.Sparrow.FailureKind.Gate or SparrowFunctions.Sparrow.FailureKind.Outage }])
            Say($"{prompt} failed for a fault that is not its own ({job.Reason})");
        if (job.State == JobState.Unknown && !scenario.HoldsUnknown)
            Say($"{prompt} is unknown, and unknown outcomes are not held");
        var calls = sparrow.Calls.Where(call => call.Mark == prompt.Mark).ToList();
        JudgeMoney(prompt, job, calls);
        JudgeAnswer(prompt, job, calls);
        JudgeStoredAnswers(prompt, calls);
        JudgeTakeovers(prompt, job, calls);
        JudgeResult(prompt, job, calls);
    }

    private void JudgeMoney(SimPrompt prompt, JobRecord job, List<SimCall> calls)
    {
        var billed = calls.Count(call => call.Billed);
        var owned = (job.State == JobState.Succeeded ? 1 : 0) + job.Attempts.Count(attempt => attempt.PossiblyBilled);
        if (billed > owned)
            Say($"{prompt} was paid {billed} times and owns to {owned}: {string.Join("; ", calls)}");

        // Where nobody died or was cut off and every request was answered in the end, all that is owned to was really called
        if (owned > calls.Count && scenario.Storage is { LostAnswer: 0, Busy: 0 } && _disturbances.AreNone)
            Say($"{prompt} owns to {owned} calls and was asked {calls.Count} times");
        var ambiguous = job.Attempts.Count(attempt => attempt.Kind == SparrowFunctions.Sparrow.FailureKind.Ambiguous);
        if (ambiguous > (scenario.HoldsUnknown ? 1 : 2))
            Say($"{prompt} had {ambiguous} attempts of unknown outcome: the budget is one more");
        if (scenario.HoldsUnknown && ambiguous == 1 && job.State != JobState.Unknown)
            Say($"{prompt} had an unknown outcome, which is to be held, and is {job.State.Name()}");
    }

    // An answer that reached a process which then could store it is the end of the matter
    private void JudgeAnswer(SimPrompt prompt, JobRecord job, List<SimCall> calls)
    {
        foreach (var call in calls.Where(call => call is { Answer: not null, Told: not null }))
        {
            var told = call.Told!.Value;
            if (_disturbances.Any(call.Process, call.Started, told + Storing))
                continue;
            if (job.State != JobState.Succeeded)
                Say($"{prompt} was answered and is {job.State.Name()} ({job.Reason}): {call}");
            foreach (var later in calls.Where(later => later.Started > told))
                Say($"{prompt} was answered and asked again: {call}; then {later}");
            foreach (var beside in calls.Where(other => other.Number > call.Number && other.Started <= told))
                Say($"{prompt} was asked twice at once though its worker lived: {call}; and {beside}");
        }
    }

    // Whoever takes a job over looks for its answer first; only one who was taken for dead while it lived may have stored it too late
    private void JudgeStoredAnswers(SimPrompt prompt, List<SimCall> calls)
    {
        foreach (var call in calls.Where(call => call.Answer is not null))
        {
            var stored = new[] { StorageNames.PayloadsContainer, StorageNames.ResultsContainer }
                .SelectMany(name => storage.Container(name).Acknowledged)
                .Where(write => write.Text.Contains(call.Answer!, StringComparison.Ordinal))
                .OrderBy(write => write.At)
                .FirstOrDefault();
            if (stored.Path is not null && calls.Find(later => later.Started > stored.At) is { } again && !_disturbances.Stalls(call.Process, call.Started, again.Started))
                Say($"{prompt} was asked again although its answer had been stored at {stored.At:hh\\:mm\\:ss}: {call}; then {again}");
        }
    }

    // A worker that dies is noticed by its lease, long before the platform gives its message out again
    private void JudgeTakeovers(SimPrompt prompt, JobRecord job, List<SimCall> calls)
    {
        // A receive whose answer is lost takes its messages, watches among them, out of everybody's sight for the platform's ten minutes
        if (scenario.Storage is not { LostAnswer: 0, Repeated: 0 })
            return;
        foreach (var call in calls.Where(call => call.Told is null))
        {
            // A watch that was in somebody's hands may have died with them, for as long as the platform keeps a taken message from others
            if (_watchTaken.Contains(call.Process)
                || _disturbances.DeathOf(call.Process) is not { } death
                || call.Started > death
                || _disturbances.AnyStall(death, death + TakingOver)
                || _disturbances.AnotherDeath(call.Process, death - TakingOver, death + TakingOver))
                continue;
            var attempt = job.Attempts.LastOrDefault(attempt => attempt.StartedAt - Skew <= SimWorld.Beginning + call.Started);
            if (attempt?.EndedAt is { } ended && ended - Skew > SimWorld.Beginning + death + TakingOver)
                Say($"{prompt} was taken over only at {ended - SimWorld.Beginning:hh\\:mm\\:ss} though its worker had died at {death:hh\\:mm\\:ss}: {call}");
        }
    }

    // A refusal that is everybody's closes the gate: after a while only probes call, ever less often
    private void JudgeGate()
    {
        foreach (var (status, from, to) in _closings.Where(closing => closing.Status is 401 or 402 or 403 or 429))
        {
            var late = sparrow.Calls.Count(call => call.Fault == $"refused with {status}" && call.Started > from + Closing && call.Started < to);
            if (late > MostProbes)
                Say($"Sparrow refused everybody with {status} from {from:hh\\:mm\\:ss} to {to:hh\\:mm\\:ss} and was asked {late} times after the first {Closing.TotalSeconds} s");
        }
    }

    private void JudgeResult(SimPrompt prompt, JobRecord job, List<SimCall> calls)
    {
        if (!job.State.IsTerminal())
            return;
        if (storage.Container(StorageNames.ResultsContainer).Find($"{job.Id}/result.json") is not { } blob)
        {
            Say($"{prompt} is {job.State.Name()} and has no result.json");
            return;
        }

        var result = JsonSerializer.Deserialize(blob.Text, JobDocumentJson.Readable.JobDocument)!;
        if (result.State != job.State.Name())
            Say($"{prompt} is {job.State.Name()} and its result says {result.State}");
        if (result.PossiblyBilled != job.Attempts.Count(attempt => attempt.PossiblyBilled))
            Say($"{prompt}: its result owns to {result.PossiblyBilled} calls that may have been paid, its row to {job.Attempts.Count(attempt => attempt.PossiblyBilled)}");
        if (job.State != JobState.Succeeded)
            return;
        if (!calls.Any(call => call.Answer is { } answer && answer == result.Answer))
            Say($"{prompt} has an answer that Sparrow never gave to it: {result.Answer}");
        if (storage.Container(StorageNames.ResultsContainer).Find($"{job.Id}/answer.md")?.Text != result.Answer)
            Say($"{prompt}: answer.md is not the answer of result.json");
    }

    private void JudgeListings()
    {
        var listings = storage.Table(StorageNames.JobsTable).Rows.Where(row => row.RowKey.StartsWith(Listing.Prefix, StringComparison.Ordinal))
            .Select(Listing.Read).ToLookup(listing => listing.Id.ToString(), listing => listing.Outcome, StringComparer.Ordinal);
        foreach (var job in _jobs)
        {
            JobState? due = job.State.IsTerminal() ? job.State : null;
            if (listings[job.Id].ToList() is not [var told] || told != due)
                Say($"job {job.Id} is {job.State.Name()} and listed as {string.Join(", ", listings[job.Id].Select(outcome => outcome?.Name() ?? "not ended"))}");
        }

        foreach (var lost in listings.Select(listing => listing.Key).Except(_jobs.Select(job => job.Id), StringComparer.Ordinal))
            Say($"job {lost} is listed and not there");
    }

    private void JudgeLetters()
    {
        var letters = storage.Table(StorageNames.DeadLettersTable).Rows.ToList();
        foreach (var prompt in scenario.Prompts.Where(prompt => prompt.Broken is not null))
        {
            if (letters.Count(letter => letter.GetString("Original") == prompt.Broken) != 1)
                Say($"{prompt.Broken} has {letters.Count(letter => letter.GetString("Original") == prompt.Broken)} dead letters");
        }

        foreach (var job in _jobs)
        {
            var own = letters.Count(letter => letter.GetString("JobId") == job.Id);
            var due = job.State is JobState.Failed or JobState.Unknown ? 1 : 0;
            var wasGivenUp = job.State == JobState.Succeeded && letters.Exists(letter => letter.GetString("JobId") == job.Id && letter.GetString("Kind") == "ambiguous");
            if (own != due && !(wasGivenUp && own == 1)) // a late answer may still save a job that had been given up; what was said of it stands
                Say($"job {job.Id} is {job.State.Name()} and has {own} dead letter(s): {string.Join("; ", letters.Where(letter => letter.GetString("JobId") == job.Id).Select(letter => letter.GetString("Reason")))}");
        }

        // A poisoned copy has a new id: without one of its own, a prompt whose job has ended can't be told from one that never was taken in.
        // One that is sent twice may have been given up before it was taken in, and be taken in the second time.
        foreach (var letter in letters.Where(letter => letter.GetString("JobId") is null
            && scenario.Prompts.All(prompt => prompt.Broken != letter.GetString("Original") && ((prompt.Id is not null && prompt.SentAt.Count == 1 && _jobs.Any(job => job.Id == prompt.JobId)) || prompt.Json() != letter.GetString("Original")))))
            Say($"a dead letter of nothing that failed: {letter.GetString("Reason")} {letter.GetString("Original")}");
    }

    private void JudgeConversations()
    {
        foreach (var fork in sparrow.Calls.Where(call => call is { Billed: true, ParentMessageId: not null }).GroupBy(call => (call.ConversationId, call.ParentMessageId)).Where(group => group.Count() > 1))
            Say($"two paid calls go on from one message: {string.Join("; ", fork)}");
        foreach (var conversation in scenario.Prompts.Where(prompt => prompt.Conversation is not null).GroupBy(prompt => prompt.Conversation))
            JudgeOrder([.. conversation]);
    }

    private void JudgeOrder(List<SimPrompt> prompts)
    {
        var turns = prompts
            .Select(prompt => (Prompt: prompt, Job: _jobs.FirstOrDefault(job => job.Id == prompt.JobId), Calls: sparrow.Calls.Where(call => call.Mark == prompt.Mark).ToList()))
            .Where(turn => turn.Job is not null && turn.Calls.Count > 0)
            .OrderBy(turn => turn.Calls[0].Started)
            .ToList();
        for (var i = 1; i < turns.Count; i++)
        {
            var (before, after) = (turns[i - 1], turns[i]);
            if (before.Prompt.Turn > after.Prompt.Turn && !after.Job!.Warned)
                Say($"turn {before.Prompt.Turn} was asked before turn {after.Prompt.Turn}, which says nothing of a gap: {before.Calls[0]}; {after.Calls[0]}");
            var running = before.Calls.Find(call => (call.Told ?? call.Ended ?? TimeSpan.MaxValue) > after.Calls[0].Started
                && !_disturbances.Any(call.Process, call.Started, after.Calls[0].Started));
            if (running is not null)
                Say($"two turns of {before.Prompt.Conversation} ran at once: {running}; {after.Calls[0]}");
            var late = before.Calls.Find(call => call.Started > after.Calls[0].Started && !_disturbances.Any(call.Process, before.Calls[0].Started, call.Started));
            if (late is not null)
                Say($"a later turn of {before.Prompt.Conversation} did not wait for the end of the one before it: {after.Calls[0]}; {late}");
        }
    }

    private void JudgeQueues()
    {
        foreach (var name in new[] { StorageNames.PromptsQueue, StorageNames.PromptsPoisonQueue, StorageNames.WorkPoisonQueue })
        {
            if (storage.Queue(name).Messages.Count > 0)
                Say($"queue {name} still holds {storage.Queue(name).Messages.Count} message(s), first {storage.Queue(name).Messages[0].Text}");
        }
    }

    private void Say(string problem) => _problems.Add(problem);
}
