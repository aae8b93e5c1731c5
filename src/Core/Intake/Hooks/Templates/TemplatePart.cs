namespace SparrowFunctions.Intake.Hooks.Templates;

/// <summary>A piece of a template: a text as it stands, or a placeholder.</summary>
/// <param name="Text">The text; of a placeholder what stands in for a missing value.</param>
/// <param name="Path">What the placeholder names; null for a text.</param>
/// <param name="IsRequired">Whether a delivery without the value is refused.</param>
internal sealed record TemplatePart(string Text, ValuePath? Path = null, bool IsRequired = false);
