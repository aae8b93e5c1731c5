namespace SparrowFunctions.Tests.Simulation.Storage;

/// <summary>How unkind storage and the way to it are; probabilities per request.</summary>
internal sealed record StorageFaults
{
    /// <summary>Prompt and reliable.</summary>
    public static StorageFaults None { get; } = new();

    /// <summary>The service says 503 and does nothing, also to the SDK's own retries.</summary>
    public double Busy { get; init; }

    /// <summary>The request takes effect and its answer never arrives.</summary>
    public double LostAnswer { get; init; }

    /// <summary>The answer is lost and the SDK sends the same request again: a write meets its own first try.</summary>
    public double Repeated { get; init; }

    /// <summary>The request takes seconds instead of milliseconds, before or after its effect.</summary>
    public double Slow { get; init; }

    /// <summary>A received message becomes visible again long before its time, as if its renewal had failed.</summary>
    public double DeliveredTwice { get; init; }
}
