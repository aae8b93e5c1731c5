namespace SparrowFunctions.Tests.Simulation.Sparrow;

/// <summary>How unkind Sparrow is; probabilities per chat.</summary>
internal sealed record SparrowFaults
{
    /// <summary>Every chat is answered.</summary>
    public static SparrowFaults None { get; } = new();

    /// <summary>No connection: nothing leaves.</summary>
    public double NotSent { get; init; }

    /// <summary>429 with a wait.</summary>
    public double SlowDown { get; init; }

    /// <summary>500, 502, 503 or 504.</summary>
    public double Transient { get; init; }

    /// <summary>Accepted and billed, then the connection breaks; the conversation goes on from an answer that nobody has seen.</summary>
    public double Reset { get; init; }

    /// <summary>Accepted and billed, and never answered.</summary>
    public double Timeout { get; init; }

    /// <summary>200 and billed, with a body that is no answer.</summary>
    public double Unreadable { get; init; }

    /// <summary>200 and billed, with nothing in it or an error in its contents.</summary>
    public double Empty { get; init; }

    /// <summary>200 and billed from a 3.5 model, or 415.</summary>
    public double WrongModel { get; init; }

    /// <summary>400: the request is wrong, as Sparrow sees it.</summary>
    public double Rejected { get; init; }

    /// <summary>The conversation that is named is suddenly not known any more.</summary>
    public double SessionLost { get; init; }

    /// <summary>The longest an answer takes.</summary>
    public TimeSpan LongestAnswer { get; init; } = TimeSpan.FromMinutes(2);
}
