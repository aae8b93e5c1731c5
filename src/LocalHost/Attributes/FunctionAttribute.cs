namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>Marks a public method as a function and names it.</summary>
/// <param name="name">The function's name, unique in the app ignoring case.</param>
[AttributeUsage(AttributeTargets.Method)]
#pragma warning disable CA1813, MA0053 // the worker's attribute is not sealed either
public class FunctionAttribute(string name) : Attribute
#pragma warning restore CA1813, MA0053
{
    /// <summary>The function's name, unique in the app ignoring case.</summary>
    public string Name { get; } = name;
}
