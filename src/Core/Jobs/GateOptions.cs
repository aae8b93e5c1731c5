namespace SparrowFunctions.Jobs;

/// <summary>The settings under <c>Gate</c>: how often a closed gate is probed.</summary>
public sealed class GateOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gate";

    /// <summary>Delay before the first probe after the gate closed; it doubles from there. Default 10 seconds.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest delay between two probes. Default 5 minutes.</summary>
    public TimeSpan MaxProbeInterval { get; set; } = TimeSpan.FromMinutes(5);
}
