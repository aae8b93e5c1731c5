namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>A time in which a process was killed, stopped or stood still.</summary>
/// <param name="From">When it was told to.</param>
/// <param name="Until">When it was gone, or went on.</param>
/// <param name="TokenHash">The hash of the key that its calls came with; null where all hosts have the same.</param>
internal sealed record Silence(DateTimeOffset From, DateTimeOffset Until, string? TokenHash = null)
{
    // A request is on its way before the emulator sees it, and an answer before it is stored: long on a busy machine
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(5);

    /// <summary>Whether it may have hidden the outcome of a call.</summary>
    public bool Meets(SeenCall call) =>
        (TokenHash is null || call.TokenHash == TokenHash) && call.Started <= Until + OnTheWay && (call.Ended ?? DateTimeOffset.MaxValue - OnTheWay) >= From - OnTheWay;
}
