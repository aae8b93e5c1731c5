using System.Globalization;
using Azure.Data.Tables;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Jobs;

/// <summary>
/// A job's second row, beside its own in the same partition and written in the same step: in order of time, newest first, with what a list
/// is filtered by. It tells how a job ended; of one that has not ended, only its own row knows the state.
/// </summary>
/// <param name="Id">The job.</param>
/// <param name="Place">Where it stands among all jobs: the later it was accepted, the lower.</param>
/// <param name="Outcome">The state it ended in; null while it has not.</param>
internal sealed record Listing(JobId Id, string Place, JobState? Outcome)
{
    /// <summary>What the row keys of listings begin with; no job's id does, and it comes after all of them.</summary>
    public const string Prefix = "~";

    /// <summary>The column that holds the outcome; empty while there is none.</summary>
    public const string OutcomeColumn = "Outcome";

    /// <summary>The column that holds the conversation's key; empty for none.</summary>
    public const string ConversationColumn = "Conversation";

    private const int TicksLength = 19;

    /// <summary>The row key of a job's listing: time in reverse, then the id.</summary>
    public static string RowKey(DateTimeOffset createdAt, JobId id) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{DateTimeOffset.MaxValue.UtcTicks - createdAt.UtcTicks:D19}~{id}");

    public static TableEntity Write(Job job) => new(JobRow.PartitionKey(job.Id), RowKey(job.CreatedAt, job.Id))
    {
        [OutcomeColumn] = job.State.IsTerminal() ? job.State.Name() : "",
        [ConversationColumn] = job.Accepted.Prompt.Conversation ?? "",
    };

    public static Listing Read(TableEntity row) => new(
        JobId.Parse(row.RowKey[(Prefix.Length + TicksLength + 1)..]),
        row.RowKey,
        row.GetString(OutcomeColumn) is { Length: > 0 } outcome ? JobStates.Parse(outcome) : null);
}
