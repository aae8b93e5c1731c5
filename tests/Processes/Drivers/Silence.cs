namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>A time in which a process was killed, stopped or stood still.</summary>
/// <param name="From">When it was told to.</param>
/// <param name="Until">When it was gone, or went on.</param>
internal sealed record Silence(DateTimeOffset From, DateTimeOffset Until)
{
    // A request is on its way before the emulator sees it, and an answer before it is stored
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(1);

    /// <summary>Whether it may have hidden the outcome of a call.</summary>
    public bool Meets(SeenCall call) => call.Started <= Until + OnTheWay && (call.Ended ?? DateTimeOffset.MaxValue - OnTheWay) >= From - OnTheWay;
}
