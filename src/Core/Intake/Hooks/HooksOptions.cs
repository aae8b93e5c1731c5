namespace SparrowFunctions.Intake.Hooks;

/// <summary>The settings under <c>Hooks</c>: inbound webhooks, each under a name of its owner's.</summary>
public sealed class HooksOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Hooks";

    /// <summary>The hooks by name, which is the last part of their route. Case makes no difference.</summary>
    public IDictionary<string, HookOptions> Named { get; } = new Dictionary<string, HookOptions>(StringComparer.OrdinalIgnoreCase);
}
