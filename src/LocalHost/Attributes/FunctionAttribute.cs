namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>Marks a method as a function and names it; same shape as the worker's attribute.</summary>
/// <param name="name">The function's name, unique in the app.</param>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    /// <summary>The function's name, unique in the app.</summary>
    public string Name { get; } = name;
}
