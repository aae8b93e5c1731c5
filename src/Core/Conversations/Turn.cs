using System.Globalization;
using Azure.Data.Tables;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Conversations;

/// <summary>One turn of a conversation, as its row has it.</summary>
/// <param name="Number">Its place in the conversation, from 1.</param>
/// <param name="JobId">The job.</param>
/// <param name="State">Where it stands.</param>
/// <param name="AcceptedAt">When its job was accepted: how long it waits for a missing turn counts from there.</param>
/// <param name="User">What the user said; null until it has ended, or when it lies in a blob.</param>
/// <param name="UserBlob">Where a long text of the user lies in <c>payloads</c>.</param>
/// <param name="Answer">What Sparrow answered; null when it did not, or when it lies in a blob.</param>
/// <param name="AnswerBlob">Where a long answer lies in <c>payloads</c>.</param>
/// <param name="Round">In which of its rounds the job got in line.</param>
/// <param name="IsStrict">Whether it never runs without those before it, however long they take.</param>
public sealed record Turn(
    int Number,
    string JobId,
    TurnState State,
    DateTimeOffset AcceptedAt,
    string? User = null,
    string? UserBlob = null,
    string? Answer = null,
    string? AnswerBlob = null,
    int Round = 0,
    bool IsStrict = false)
{
    /// <summary>Longest text that lies in the row itself, in characters; a row holds 64 KiB a column.</summary>
    public const int MaxInlineText = 8 * 1024;

    /// <summary>Whether an answer is on record for it.</summary>
    public bool IsAnswered => Answer is not null || AnswerBlob is not null;

    /// <summary>A new turn that waits. The asks of a batch's row are one conversation: out of order, or without one of them, it would be another.</summary>
    /// <param name="number">Its place in the conversation.</param>
    /// <param name="job">Its job.</param>
    public static Turn Of(int number, Job job) =>
        new(number, job.Id.ToString(), TurnState.Waiting, job.CreatedAt, Round: job.Round, IsStrict: job.Source == BatchJobId.Source);

    internal static string RowKey(int number) => string.Create(CultureInfo.InvariantCulture, $"t{number:D10}");

    internal TableEntity Write(ConversationKey key) => new(key.PartitionKey, RowKey(Number))
    {
        ["JobId"] = JobId,
        ["State"] = Name(State),
        ["AcceptedAt"] = AcceptedAt,
        ["User"] = User,
        ["UserBlob"] = UserBlob,
        ["Answer"] = Answer,
        ["AnswerBlob"] = AnswerBlob,
        ["Round"] = Round,
        ["Strict"] = IsStrict,
    };

    internal static Turn Read(TableEntity row) => new(
        int.Parse(row.RowKey.AsSpan(1), CultureInfo.InvariantCulture),
        row.GetString("JobId"),
        Parse(row.GetString("State")),
        row.GetDateTimeOffset("AcceptedAt")!.Value,
        row.GetString("User"),
        row.GetString("UserBlob"),
        row.GetString("Answer"),
        row.GetString("AnswerBlob"),
        row.GetInt32("Round") ?? 0,
        row.GetBoolean("Strict") ?? false);

    internal static string Name(TurnState state) => state switch
    {
        TurnState.Waiting => "waiting",
        TurnState.Active => "active",
        _ => "ended",
    };

    private static TurnState Parse(string name) => name switch
    {
        "waiting" => TurnState.Waiting,
        "active" => TurnState.Active,
        _ => TurnState.Ended,
    };
}

/// <summary>Where a turn stands.</summary>
public enum TurnState
{
    /// <summary>Others come first.</summary>
    Waiting,

    /// <summary>It has the word.</summary>
    Active,

    /// <summary>It is over, well or badly.</summary>
    Ended,
}
