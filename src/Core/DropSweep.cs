using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions;

/// <summary>
/// Finds what no event reported, and what was left behind between an event and the ledger: lists container <c>drop</c>, and reports what the
/// ledger does not know of the last day to queue <c>drop-events</c>; and has the batches of the last day looked at. Costs one operation for each
/// 5,000 blobs, one look-up for each new version and two for each batch.
/// </summary>
public sealed partial class DropSweep(DropFolder folder, JobLedger ledger, Batches batches, QueueServiceClient queues, TimeProvider time, ILogger<DropSweep> logger)
{
    /// <summary>How long after its writing a version is looked after.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    // Events are under way for a while
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan NoExpiry = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _events = queues.GetQueueClient(StorageNames.DropEventsQueue);
    private readonly SweepMemory _memory = new();

    /// <summary>Sweeps once. Not to be run twice at once in a process.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await foreach (var file in folder.ListAsync("", cancellationToken))
        {
            if (file.IsFolder || file.ModifiedAt <= now - Window || file.ModifiedAt > now - Patience
                || (DropPath.IsPassedOver(file.Name) && !DropPath.IsReady(file.Name)) || _memory.IsQuiet(file.Key, now))
            {
                continue;
            }

            if (await ledger.KnowsAsync(file.Id, cancellationToken))
            {
                _memory.Know(file.Key);
                continue;
            }

            Log.Reported(logger, file.Name, file.ETag);
            await _events.SendMessageAsync(DropEvent.Write(StorageNames.DropContainer, file.Name, file.ETag), TimeSpan.Zero, NoExpiry, cancellationToken);

            // What no name can be taken of is told once, not ever again: nothing that happens to other blobs mends it
            if (DropPath.Problem(file.Name) is null)
                _memory.Report(file.Key, now);
            else
                _memory.Know(file.Key);
        }

        _memory.EndSweep();
        await batches.SweepAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 222, Level = LogLevel.Information, Message = "drop/{Name} {Version} is not in the ledger and is reported")]
        public static partial void Reported(ILogger logger, string name, string version);
    }
}
