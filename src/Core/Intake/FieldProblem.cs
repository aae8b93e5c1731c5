namespace SparrowFunctions.Intake;

/// <summary>One thing wrong with what somebody sent, in a form they can act on.</summary>
/// <param name="Field">The field as the sender wrote it, with its position inside lists (<c>files[2]</c>); empty for the message as a whole.</param>
/// <param name="Problem">What is wrong; names and types, never the sender's text.</param>
/// <param name="Remedy">What to send instead.</param>
public sealed record FieldProblem(string Field, string Problem, string Remedy)
{
    /// <summary>The problem as one line.</summary>
    public override string ToString() => Field.Length == 0 ? $"{Problem} {Remedy}" : $"{Field}: {Problem} {Remedy}";
}
