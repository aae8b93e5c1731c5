using Microsoft.Extensions.Options;

namespace SparrowFunctions.Jobs.Gates;

/// <summary>What the settings under <c>Gate</c> may be.</summary>
internal sealed class GateOptionsRules : IValidateOptions<GateOptions>
{
    public ValidateOptionsResult Validate(string? name, GateOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.ProbeInterval < TimeSpan.FromSeconds(1) || options.ProbeInterval > TimeSpan.FromHours(1))
            result.AddError($"Gate__ProbeInterval is {options.ProbeInterval}; allowed is 00:00:01 to 01:00:00.");
        if (options.MaxProbeInterval < options.ProbeInterval || options.MaxProbeInterval > TimeSpan.FromHours(24))
            result.AddError($"Gate__MaxProbeInterval is {options.MaxProbeInterval}; allowed is Gate__ProbeInterval ({options.ProbeInterval}) to 1.00:00:00.");
        return result.Build();
    }
}
