using System.Text.Json.Serialization;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Jobs.Leases;

namespace SparrowFunctions.Jobs;

/// <summary>A message on queue <c>work</c>: a job that the ledger knows, a worker to look after or a batch to bring on, and why.</summary>
/// <param name="Reason">retry, early, turn, gap, gate, busy, look, lapsed, chat, swept, cancel, redrive, takeover, batch or watch.</param>
/// <param name="JobId">The job to go on with.</param>
/// <param name="Watch">The worker to look after, instead of a job.</param>
/// <param name="Batch">The batch to bring on, instead of a job.</param>
public sealed record WorkMessage(
    [property: JsonRequired] string Reason,
    [property: JsonPropertyOrder(-1)] string? JobId = null,
    Watch? Watch = null,
    BatchTick? Batch = null)
{
    /// <summary>The reason of a job whose worker is dead; the only one that may name a job which never reached the ledger.</summary>
    public const string Takeover = "takeover";
}
