namespace SparrowFunctions.Intake;

/// <summary>Why something was not taken in. It makes no job and leaves its id free.</summary>
/// <param name="Problems">Everything that was wrong, in the order of the message; never empty.</param>
public sealed record Rejection(IReadOnlyList<FieldProblem> Problems)
{
    /// <summary>Most problems that are told of: enough to see what is wrong, however many there are.</summary>
    public const int MostProblems = 20;

    /// <summary>A rejection for a single reason.</summary>
    public Rejection(string field, string problem, string remedy)
        : this([new FieldProblem(field, problem, remedy)])
    {
    }

    /// <summary>All problems in one text, as it goes into a dead letter.</summary>
    public string Reason => string.Join(' ', Problems) + (Problems.Count < MostProblems ? "" : " There may be more.");
}
