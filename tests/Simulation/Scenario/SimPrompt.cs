using System.Text.Json;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>A prompt that a producer sends, and what is known of it in advance.</summary>
internal sealed class SimPrompt
{
    /// <summary>Stands in the prompt's text and nowhere else: the judge finds the prompt's calls by it.</summary>
    public required string Mark { get; init; }

    /// <summary>The id given; null where the message's id serves.</summary>
    public string? Id { get; init; }

    public string? Conversation { get; init; }

    public int? Turn { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>A blob to attach; null for none.</summary>
    public string? File { get; init; }

    /// <summary>Written in place of a good message: it must end in the dead letters and call nothing.</summary>
    public string? Broken { get; init; }

    /// <summary>When it is sent, and when again under the same id.</summary>
    public required IReadOnlyList<TimeSpan> SentAt { get; init; }

    /// <summary>The ids of the messages that carried it.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>The job's id, once it was sent.</summary>
    public string? JobId => Id ?? (Messages.Count > 0 ? Messages[0] : null);

    public string Text => $"What is {Mark}";

    public string Json()
    {
        if (Broken is not null)
            return Broken;
        var fields = new Dictionary<string, object>(StringComparer.Ordinal) { ["prompt"] = Text };
        if (Id is not null)
            fields["id"] = Id;
        if (Conversation is not null)
            fields["conversation"] = Conversation;
        if (Turn is { } turn)
            fields["turn"] = turn;
        if (NotBefore is { } time)
            fields["notBefore"] = time.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        if (File is not null)
            fields["files"] = new[] { File };
        return JsonSerializer.Serialize(fields);
    }

    public override string ToString() => $"{Mark} (job {JobId}{(Conversation is null ? "" : $", conversation {Conversation} turn {Turn?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}")})";
}
