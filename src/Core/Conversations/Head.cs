using System.Globalization;
using Azure;
using Azure.Data.Tables;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Conversations;

/// <summary>Where a conversation stands: who has the word, what comes next, and what Sparrow needs to go on.</summary>
public sealed record Head
{
    /// <summary>The row of a conversation's head, beside its turns.</summary>
    public const string RowKey = "head";

    /// <summary>The conversation.</summary>
    public required ConversationKey Key { get; init; }

    /// <summary>The job that has the word; nobody else calls. It keeps it through retries, until it has ended.</summary>
    public string? Active { get; init; }

    /// <summary>The number of that job's turn.</summary>
    public int ActiveTurn { get; init; }

    /// <summary>In which of its rounds that job got the word; the tail of an earlier end of it does not free what a later round holds.</summary>
    public int ActiveRound { get; init; }

    /// <summary>The lowest number that has not ended: whose turn it is.</summary>
    public int Next { get; init; } = 1;

    /// <summary>The highest number given out to a turn that came without one.</summary>
    public int Last { get; init; }

    /// <summary>Whether a turn may wait whose number had been passed over when it came.</summary>
    public bool Late { get; init; }

    /// <summary>Numbers above <see cref="Next"/> whose turns were called off while they waited: nobody waits for them.</summary>
    public IReadOnlyList<int> Gone { get; init; } = [];

    /// <summary>Sparrow's id of the conversation.</summary>
    public string? ConversationId { get; init; }

    /// <summary>Sparrow's id of the last answer: the next turn's parent.</summary>
    public string? MessageId { get; init; }

    /// <summary>Until when Sparrow is relied on to know the conversation; null when it is to be begun anew.</summary>
    public DateTimeOffset? HoldUntil { get; init; }

    /// <summary>The lane the conversation lives in; another lane is another conversation to Sparrow.</summary>
    public SparrowMode Mode { get; init; }

    /// <summary>The row's version; default when there is no row yet.</summary>
    public ETag ETag { get; init; }

    /// <summary>Whether a job has the word, in the round given or an earlier one.</summary>
    public bool IsHeldBy(Job job) => Active == job.Id.ToString() && ActiveRound <= job.Round;

    /// <summary>This head with the word given to a turn.</summary>
    public Head GivenTo(Turn turn) => this with { Active = turn.JobId, ActiveTurn = turn.Number, ActiveRound = turn.Round };

    /// <summary>This head moved on past a turn that had the word, and past those after it that are gone.</summary>
    public Head Past(int number)
    {
        var next = Math.Max(Next, number + 1);
        while (Gone.Contains(next))
            next++;
        return this with { Next = next, Gone = [.. Gone.Where(gone => gone > next)] };
    }

    /// <summary>This head without a turn that waited.</summary>
    public Head Without(int number) => number == Next ? Past(number) : number < Next ? this : this with { Gone = [.. Gone.Union([number])] };

    internal TableEntity Write(string write)
    {
        var row = new TableEntity(Key.PartitionKey, RowKey)
        {
            ["Key"] = Key.Text,
            ["Active"] = Active ?? "",
            ["ActiveTurn"] = ActiveTurn,
            ["ActiveRound"] = ActiveRound,
            ["Next"] = Next,
            ["Last"] = Last,
            ["Late"] = Late,
            ["Gone"] = string.Join(',', Gone),
            ["ConversationId"] = ConversationId ?? "",
            ["MessageId"] = MessageId ?? "",
            ["Mode"] = Mode.ToString(),
            [JobRow.WriteColumn] = write,
        };
        if (HoldUntil is { } until)
            row["HoldUntil"] = until;
        return row;
    }

    internal static Head Read(TableEntity row) => new()
    {
        Key = new ConversationKey(row.GetString("Key")),
        Active = Text(row, "Active"),
        ActiveTurn = row.GetInt32("ActiveTurn") ?? 0,
        ActiveRound = row.GetInt32("ActiveRound") ?? 0,
        Next = row.GetInt32("Next") ?? 1,
        Last = row.GetInt32("Last") ?? 0,
        Late = row.GetBoolean("Late") ?? false,
        Gone = [.. (Text(row, "Gone")?.Split(',') ?? []).Select(number => int.Parse(number, CultureInfo.InvariantCulture))],
        ConversationId = Text(row, "ConversationId"),
        MessageId = Text(row, "MessageId"),
        HoldUntil = row.GetDateTimeOffset("HoldUntil"),
        Mode = Enum.Parse<SparrowMode>(row.GetString("Mode")),
        ETag = row.ETag,
    };

    private static string? Text(TableEntity row, string column) => row.GetString(column) is { Length: > 0 } text ? text : null;
}
