namespace SparrowFunctions.Sparrow.Settings;

/// <summary>The settings under <c>Sparrow:MaxConcurrency</c>: the most calls one instance has in flight, per lane.</summary>
public sealed class SparrowConcurrencyOptions
{
    /// <summary>The ordinary lane; default 32.</summary>
    [NumberRange(1, 1000)]
    public int Standard { get; set; } = 32;

    /// <summary>The lane for many calls at once; default 64.</summary>
    [NumberRange(1, 1000)]
    public int Concurrent { get; set; } = 64;
}
