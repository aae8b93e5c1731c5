using Microsoft.Extensions.Options;

namespace SparrowFunctions.Intake.Hooks;

/// <summary>All hooks that are set up.</summary>
public sealed class HookSet(IOptions<HooksOptions> options)
{
    private readonly Dictionary<string, Hook> _hooks =
        options.Value.Named.ToDictionary(hook => hook.Key, hook => new Hook(hook.Key, hook.Value), StringComparer.OrdinalIgnoreCase);

    /// <summary>The hook of that name, in any case; null when there is none.</summary>
    public Hook? Find(string name) => _hooks.GetValueOrDefault(name);
}
