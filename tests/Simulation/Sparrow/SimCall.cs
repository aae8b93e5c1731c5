namespace SparrowFunctions.Tests.Simulation.Sparrow;

/// <summary>One chat as Sparrow saw it: what the judge goes by.</summary>
internal sealed class SimCall
{
    public required int Number { get; init; }

    /// <summary>The last user text, whole.</summary>
    public required string Prompt { get; init; }

    /// <summary>The scenario's mark of the prompt that is asked: the last one in its text, after whatever context stands before it.</summary>
    public required string Mark { get; init; }

    public required string? ConversationId { get; init; }

    public required string? ParentMessageId { get; init; }

    /// <summary>The process that asked.</summary>
    public required World.SimProcess Process { get; init; }

    public required TimeSpan Started { get; init; }

    /// <summary>When Sparrow was done with it.</summary>
    public TimeSpan? Ended { get; set; }

    /// <summary>When the process learned what came of it; null when it never did.</summary>
    public TimeSpan? Told { get; set; }

    /// <summary>Whether it cost points.</summary>
    public bool Billed { get; set; }

    /// <summary>The text of a good answer; null when there was none.</summary>
    public string? Answer { get; set; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? Fault { get; set; }

    public override string ToString() =>
        $"call {Number} [{Mark}] of {Process.Name} in {ConversationId ?? "a new conversation"}, {Started:hh\\:mm\\:ss} to {Ended:hh\\:mm\\:ss}, "
        + $"told {Told:hh\\:mm\\:ss}, {(Billed ? "billed" : "not billed")}, {Fault ?? (Answer is null ? "under way" : "answered")}";
}
