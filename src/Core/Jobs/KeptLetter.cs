using Azure.Data.Tables;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>A dead letter as it lies in the table.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="JobId">The job, where there is one.</param>
/// <param name="Kind">The kind of failure.</param>
/// <param name="Reason">The same in words.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Original">What was sent; null when it lies in a blob.</param>
/// <param name="OriginalBlob">The blob, as container/path.</param>
/// <param name="At">When it failed.</param>
/// <param name="RedrivenAt">When it was sent again; null when it was not.</param>
public sealed record KeptLetter(
    string Id, string? JobId, FailureKind Kind, string Reason, string Source, string? Original, string? OriginalBlob, DateTimeOffset At, DateTimeOffset? RedrivenAt)
{
    internal static KeptLetter Read(TableEntity row) => new(
        row.RowKey,
        row.GetString("JobId"),
        FailureKinds.Parse(row.GetString("Kind"))!.Value,
        row.GetString("Reason"),
        row.GetString("Source"),
        row.GetString("Original"),
        row.GetString("OriginalBlob"),
        row.GetDateTimeOffset("At")!.Value,
        row.GetDateTimeOffset("RedrivenAt"));
}
