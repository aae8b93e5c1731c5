using System.Reflection;

namespace SparrowFunctions.LocalHost.Host.Definition;

/// <summary>Gives one parameter its value.</summary>
internal delegate ValueTask<object?> ParameterBinder(TriggerData data, CancellationToken cancellationToken);

/// <summary>A function found in the app.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">What is called, on a new instance of its class for each run.</param>
/// <param name="Trigger">What starts it.</param>
/// <param name="Binders">One for each parameter, in order.</param>
/// <param name="Disabled">Whether a setting switches it off.</param>
internal sealed record FunctionDescriptor(
    string Name, MethodInfo Method, TriggerDefinition Trigger, IReadOnlyList<ParameterBinder> Binders, bool Disabled)
{
    /// <summary>The id that the platform writes into receipts and poison messages.</summary>
    public string Id => "Host.Functions." + Name;

    /// <summary>The name used in log lines.</summary>
    public string DisplayName => "Functions." + Name;
}
