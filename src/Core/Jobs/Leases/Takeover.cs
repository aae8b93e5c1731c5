using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Jobs.Leases;

/// <summary>Looks after other workers: follows their watches, and hands the jobs of a dead one on.</summary>
public sealed partial class Takeover(WorkerTable table, WorkQueue work, Worker self, TimeProvider time, IOptions<JobOptions> options, ILogger<Takeover> logger)
{
    private static readonly TimeSpan Guard = TimeSpan.FromMinutes(1);

    /// <summary>Takes one look at a worker.</summary>
    public async Task LookAsync(Watch watch, CancellationToken cancellationToken)
    {
        var worker = await table.FindAsync(watch.Worker, cancellationToken);
        var decision = WatchRule.Decide(worker, watch, time.GetUtcNow(), options.Value.Lease, self.OutageUntil);

        // A worker that can look is alive, whatever its row says of it
        if (decision.Verdict == WorkerVerdict.Dead && self.Is(watch.Worker))
            decision = new(WorkerVerdict.LookAgain, WatchRule.Suspicion);
        if (decision.Verdict == WorkerVerdict.LookAgain)
            await SendAgainAsync(watch, worker!, decision.Delay, cancellationToken);
        else if (decision.Verdict == WorkerVerdict.Dead)
            await TakeOverAsync(watch, worker!, cancellationToken);
    }

    private async Task TakeOverAsync(Watch watch, WorkerRow worker, CancellationToken cancellationToken)
    {
        // Should this process die on the way, the guard finds the row marked and goes on from there
        await SendAgainAsync(watch, worker, Guard, cancellationToken);
        if (!worker.Dead)
        {
            if (await table.UpdateAsync(worker with { Dead = true }, cancellationToken) is not { } etag)
                return;
            worker = worker with { Dead = true, ETag = etag };
        }

        Log.TakingOver(logger, worker.Id, worker.Held.Count);
        foreach (var held in worker.Held)
            await work.SendAsync(JobId.Parse(held), WorkMessage.Takeover, TimeSpan.Zero, cancellationToken);
        await table.RemoveAsync(worker.Id, worker.ETag, cancellationToken);
    }

    private Task SendAgainAsync(Watch watch, WorkerRow worker, TimeSpan delay, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return work.SendWatchAsync(watch with { Seen = worker.ETag.ToString(), SeenAt = now, LookAt = now + delay }, delay, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 150, Level = LogLevel.Warning, Message = "Worker {Worker} is dead; {Jobs} job(s) that it held are handed on")]
        public static partial void TakingOver(ILogger logger, string worker, int jobs);
    }
}
