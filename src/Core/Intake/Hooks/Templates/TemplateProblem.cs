namespace SparrowFunctions.Intake.Hooks.Templates;

/// <summary>What keeps a text from being a template.</summary>
/// <param name="Position">The character where it is, from 1.</param>
/// <param name="Problem">What is wrong there.</param>
/// <param name="Remedy">What to write instead.</param>
public readonly record struct TemplateProblem(int Position, string Problem, string Remedy);
