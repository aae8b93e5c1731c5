using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using SparrowFunctions.Intake;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>A job's row in table <c>jobs</c>: its keys and columns. The one place where they are made and read.</summary>
internal static class JobRow
{
    /// <summary>Longest request that lies in the row itself, in characters; a longer one is a blob that the row points at.</summary>
    public const int MaxInlineRequest = 8 * 1024;

    /// <summary>The column of every row of ours that holds the last write's token.</summary>
    public const string WriteColumn = "Write";

    /// <summary>All partitions of jobs. As few as one list can ask at once, as many as no pattern in a producer's ids makes hot.</summary>
    public static IReadOnlyList<string> Partitions { get; } = [.. "0123456789abcdef".Select(digit => digit.ToString())];

    public static string PartitionKey(JobId id) => Partitions[SHA256.HashData(Encoding.UTF8.GetBytes(id.ToString()))[0] >> 4];

    public static string RowKey(JobId id) => id.ToString();

    /// <summary>The columns of a job. What is null is written empty: a merge would leave an absent column as it was.</summary>
    /// <param name="job">The job.</param>
    /// <param name="write">A fresh token: whoever finds it in the row knows that this very write took effect.</param>
    public static TableEntity Write(Job job, string write)
    {
        var row = new TableEntity(PartitionKey(job.Id), RowKey(job.Id))
        {
            [WriteColumn] = write,
            ["State"] = job.State.Name(),
            ["Content"] = job.Content,
            ["Source"] = job.Source,
            ["Conversation"] = job.Accepted.Prompt.Conversation ?? "",
            ["Worker"] = job.Worker ?? "",
            ["HeldAs"] = job.HeldAs ?? "",
            ["Turn"] = job.Turn ?? 0,
            ["Rebuilt"] = job.Rebuilt,
            ["Forgiven"] = job.Forgiven,
            ["Warning"] = job.Warning ?? "",
            ["Claim"] = job.Claim ?? "",
            ["Sending"] = job.Sending,
            ["Attempts"] = AttemptsColumn.Write(job.Attempts),
            ["CreatedAt"] = job.CreatedAt,
            ["Kind"] = job.Kind?.Name() ?? "",
            ["Reason"] = job.Reason ?? "",
        };
        if (job.Message is { } message)
            row["Message"] = message;
        if (job.Drop is { } drop)
            row["Drop"] = JsonSerializer.Serialize(drop, JobJson.Default.DropSource);
        if (job.Round > 0)
            row["Round"] = job.Round;
        AddTime(row, "StartedAt", job.StartedAt);
        AddTime(row, "EndedAt", job.EndedAt);
        AddTime(row, "NextAttemptAt", job.NextAttemptAt);
        return row;
    }

    /// <summary>The token of the write that made the row what it is.</summary>
    public static string? WriteToken(TableEntity row) => Text(row, WriteColumn);

    public static Job Read(TableEntity row, string request)
    {
        var state = JobStates.Parse(row.GetString("State"));
        return new Job
        {
            Id = JobId.Parse(row.RowKey),
            State = state,
            Accepted = JsonSerializer.Deserialize(request, PromptJson.Default.AcceptedPrompt)!,
            Content = row.GetString("Content"),
            Source = row.GetString("Source"),
            Message = Text(row, "Message"),
            Drop = Text(row, "Drop") is { } drop ? JsonSerializer.Deserialize(drop, JobJson.Default.DropSource) : null,
            Worker = Text(row, "Worker"),
            HeldAs = Text(row, "HeldAs"),
            Turn = row.GetInt32("Turn") is > 0 and var turn ? turn : null,
            Rebuilt = row.GetBoolean("Rebuilt") ?? false,
            Forgiven = row.GetInt32("Forgiven") ?? 0,
            Round = row.GetInt32("Round") ?? 0,
            Warning = Text(row, "Warning"),
            Claim = Text(row, "Claim"),
            Sending = row.GetBoolean("Sending") ?? false,
            Attempts = AttemptsColumn.Read(row.GetString("Attempts")),
            CreatedAt = row.GetDateTimeOffset("CreatedAt")!.Value,
            StartedAt = row.GetDateTimeOffset("StartedAt"),
            EndedAt = state.IsTerminal() ? row.GetDateTimeOffset("EndedAt") : null,
            NextAttemptAt = state == JobState.Waiting ? row.GetDateTimeOffset("NextAttemptAt") : null,
            Kind = FailureKinds.Parse(Text(row, "Kind")),
            Reason = Text(row, "Reason"),
            ETag = row.ETag,
            Stored = state,
        };
    }

    private static void AddTime(TableEntity row, string column, DateTimeOffset? time)
    {
        if (time is { } value)
            row[column] = value;
    }

    private static string? Text(TableEntity row, string column) => row.GetString(column) is { Length: > 0 } text ? text : null;
}
