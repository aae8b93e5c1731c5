namespace SparrowFunctions.Intake.Hooks.Templates;

/// <summary>What a placeholder names: a header, or a place in the body.</summary>
/// <param name="Text">The path as it stands in the template.</param>
/// <param name="Header">The header's name; null for a place in the body.</param>
/// <param name="Steps">The way from the body's root: names of members and numbers of items.</param>
internal sealed record ValuePath(string Text, string? Header, IReadOnlyList<PathStep> Steps);

/// <summary>One step of a <see cref="ValuePath"/>.</summary>
/// <param name="Name">The member's name; null for an item of a list.</param>
/// <param name="Index">The item's number, from 0.</param>
internal readonly record struct PathStep(string? Name, int Index = 0);
