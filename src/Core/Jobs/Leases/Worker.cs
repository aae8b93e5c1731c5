using Azure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Jobs.Leases;

/// <summary>
/// This process as a holder of jobs. Before anything is done with a job, its id stands in this worker's row; while any job is held, the row's
/// lease is renewed every 10 seconds. One write of the row serves every job that waits to be held, so the cost does not grow with the load.
/// An idle worker gives its row up and costs nothing.
/// </summary>
public sealed partial class Worker(WorkerTable table, WorkQueue work, IRandomSource random, TimeProvider time, IOptions<JobOptions> options, ILogger<Worker> logger)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    // A request that is never answered must not cost a living worker its lease: two tries fit into what is left of it after a heartbeat
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly List<Waiter> _waiters = [];
    private readonly HashSet<string> _abandoned = new(StringComparer.Ordinal);
    private TaskCompletionSource _wake = NewWake();
    private bool _running;
    private bool _outage;
    private DateTimeOffset? _outageEndedAt;
    private string? _id;
    private ETag _etag;
    private DateTimeOffset _leaseUntil;
    private DateTimeOffset _idleSince;

    /// <summary>Until when this worker knows of an outage of storage: now while one lasts, else when the last one ended; null when it had none.</summary>
    public DateTimeOffset? OutageUntil => _outage ? time.GetUtcNow() : _outageEndedAt;

    /// <summary>Whether an id is this worker's own.</summary>
    public bool Is(string id) => id == _id;

    /// <summary>Holds a job: returns when its id is on record. Every hold needs its <see cref="Release"/>.</summary>
    /// <exception cref="RequestFailedException">Storage did not take it; nothing is held.</exception>
    public Task<Hold> HoldAsync(JobId job)
    {
        var waiter = new Waiter(job, new TaskCompletionSource<Hold>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            _waiters.Add(waiter);
            Wake();
            if (!_running)
            {
                _running = true;
                _ = RunAsync();
            }
        }

        return waiter.Held.Task;
    }

    /// <summary>Whether anybody in this process but the owner of a hold runs a job.</summary>
    /// <param name="heldAs">The id under whose hold the job runs, as its row has it.</param>
    /// <param name="own">The asker's own hold.</param>
    public bool RunsElsewhere(string heldAs, Hold own)
    {
        lock (_lock)
            return _held.GetValueOrDefault(heldAs) > (heldAs == own.Job.ToString() ? 1 : 0);
    }

    /// <summary>Whether a hold still stands for certain: nobody else can have taken the job over yet.</summary>
    public bool Stands(Hold hold)
    {
        lock (_lock)
            return hold.Worker == _id && time.GetUtcNow() < _leaseUntil;
    }

    /// <summary>
    /// Lets go of a job whose run ended in an exception and is asked for by no message that surely comes again: nobody knows what it left behind, and its message may be gone. The job stays on record until
    /// it has been handed on; should this process die first, whoever takes over from it does that.
    /// </summary>
    public void Abandon(Hold hold)
    {
        Release(hold);
        lock (_lock)
        {
            if (hold.Worker == _id)
                _abandoned.Add(hold.Job.ToString());
            Wake();
        }
    }

    /// <summary>Lets go of a job. It leaves the record with the next write: until then others only look once more than they had to.</summary>
    public void Release(Hold hold)
    {
        lock (_lock)
        {
            var job = hold.Job.ToString();
            if (hold.Worker != _id || !_held.TryGetValue(job, out var times))
                return;
            if (times > 1)
                _held[job] = times - 1;
            else
                _held.Remove(job);
        }
    }

    // One writer of the row: heartbeats and holds never meet each other's ETag
    private async Task RunAsync()
    {
        while (true)
        {
            var pause = await WriteAsync() ? WatchRule.Heartbeat : AfterFailure;
            TaskCompletionSource wake;
            lock (_lock)
            {
                if (_id is null && _waiters.Count == 0 && _held.Count == 0 && _abandoned.Count == 0)
                {
                    _running = false;
                    EndOutage();
                    return;
                }

                if (_waiters.Count > 0 && pause == WatchRule.Heartbeat)
                    continue;
                _wake = NewWake();
                wake = _wake;
            }

            using var alarm = time.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), wake, pause, Timeout.InfiniteTimeSpan);
            await wake.Task;
        }
    }

    private async Task<bool> WriteAsync()
    {
        List<Waiter> waiters;
        List<string> held;
        List<string> abandoned;
        lock (_lock)
        {
            waiters = [.. _waiters];
            _waiters.Clear();
            abandoned = [.. _abandoned];
            held = [.. _held.Keys.Concat(abandoned).Concat(waiters.Select(waiter => waiter.Job.ToString())).Distinct(StringComparer.Ordinal)];
        }

        using var limit = new CancellationTokenSource(LongestWrite, time);
        try
        {
            if (held.Count > 0)
                _idleSince = time.GetUtcNow();
            else if (_id is null || time.GetUtcNow() - _idleSince >= IdleAfter)
                return await GiveUpAsync(limit.Token);
            await PutOnRecordAsync(held, waiters, limit.Token);
            EndOutage();
            Succeed(waiters);
            waiters = [];
            await HandOnAsync(abandoned, limit.Token);
            return true;
        }
        catch (Exception exception)
        {
            // Whatever it was, nobody may be left waiting for a hold that is not on record
            Log.Failed(logger, exception, exception.Message);
            _outage = true;
            foreach (var waiter in waiters)
                waiter.Held.TrySetException(exception);
            return false;
        }
    }

    private async Task HandOnAsync(List<string> abandoned, CancellationToken cancellationToken)
    {
        foreach (var job in abandoned)
        {
            await work.SendAsync(JobId.Parse(job), WorkMessage.Takeover, TimeSpan.Zero, cancellationToken);
            lock (_lock)
                _abandoned.Remove(job);
        }
    }

    private void EndOutage()
    {
        if (!_outage)
            return;
        _outage = false;
        _outageEndedAt = time.GetUtcNow();
    }

    private async Task PutOnRecordAsync(List<string> held, List<Waiter> waiters, CancellationToken cancellationToken)
    {
        var leaseUntil = time.GetUtcNow() + options.Value.Lease;
        if (_id is not null)
        {
            if (await RenewAsync(new WorkerRow(_id, leaseUntil, held, Dead: false, _etag), cancellationToken) is { } etag)
            {
                (_etag, _leaseUntil) = (etag, leaseUntil);
                return;
            }

            // Declared dead, or forgotten: what it held is others' to finish; what waits now is held under a new id
            Log.Fenced(logger, _id);
            Forget();
            held = [.. waiters.Select(waiter => waiter.Job.ToString()).Distinct(StringComparer.Ordinal)];
            if (held.Count == 0)
                return;
        }

        var id = random.NextId().ToString("N");
        leaseUntil = time.GetUtcNow() + options.Value.Lease;
        var (now, look) = (time.GetUtcNow(), WatchRule.UntilNextLook(options.Value.Lease));

        // The watches first: a row that nobody looks after would hold its jobs for minutes, a watch that finds no row just ends. Two of them, because
        // one may be in the hands of a process that dies, this one included, and then comes again only after the platform's 10 minutes
        foreach (var delay in (TimeSpan[])[look, look + options.Value.Lease / 2])
            await work.SendWatchAsync(new Watch(id, Seen: null, now, now + delay), delay, cancellationToken);
        _etag = await table.AddAsync(id, leaseUntil, held, cancellationToken);
        (_id, _leaseUntil) = (id, leaseUntil);
    }

    // Others change this row only to mark it dead: any other version is a write of this worker's own whose answer was lost
    private async Task<ETag?> RenewAsync(WorkerRow row, CancellationToken cancellationToken) =>
        await table.UpdateAsync(row, cancellationToken)
        ?? (await table.FindAsync(row.Id, cancellationToken) is { Dead: false } now
            ? await table.UpdateAsync(row with { ETag = now.ETag }, cancellationToken)
            : null);

    private async Task<bool> GiveUpAsync(CancellationToken cancellationToken)
    {
        if (_id is { } id)
        {
            _id = null;
            await table.RemoveAsync(id, _etag, cancellationToken);
        }

        return true;
    }

    private void Forget()
    {
        lock (_lock)
        {
            _id = null;
            _held.Clear();
            _abandoned.Clear();
        }
    }

    private void Succeed(List<Waiter> waiters)
    {
        var id = _id!;
        lock (_lock)
        {
            foreach (var job in waiters.Select(waiter => waiter.Job.ToString()))
                _held[job] = _held.GetValueOrDefault(job) + 1;
        }

        foreach (var waiter in waiters)
            waiter.Held.TrySetResult(new Hold(waiter.Job, id));
    }

    private void Wake() => _wake.TrySetResult();

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Waiter(JobId Job, TaskCompletionSource<Hold> Held);

    private static partial class Log
    {
        [LoggerMessage(EventId = 140, Level = LogLevel.Warning, Message = "This worker's row could not be written: {Problem}")]
        public static partial void Failed(ILogger logger, Exception exception, string problem);

        [LoggerMessage(EventId = 141, Level = LogLevel.Warning, Message = "Worker {Worker} was declared dead while it lived; it goes on under a new id")]
        public static partial void Fenced(ILogger logger, string worker);
    }
}
