namespace SparrowFunctions.Jobs.Gates;

/// <summary>The settings under <c>Gate</c>.</summary>
public sealed class GateOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gate";

    /// <summary>How long after closing the first probe is made; doubled after every probe that fails. Default 10 seconds.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time between probes. Default 5 minutes.</summary>
    public TimeSpan MaxProbeInterval { get; set; } = TimeSpan.FromMinutes(5);
}
