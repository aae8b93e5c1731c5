namespace SparrowFunctions.Intake.Batching;

/// <summary>A row of a batch, read and checked.</summary>
/// <param name="Id">The row's own id; null when it has none.</param>
/// <param name="Asks">What it asks: the turns of one conversation, in order; never empty.</param>
/// <param name="FileFields">For each ask the fields that name its files, in their order; null for a row that is one prompt.</param>
public sealed record BatchRow(string? Id, IReadOnlyList<Prompt> Asks, IReadOnlyList<IReadOnlyList<string>>? FileFields)
{
    /// <summary>Longest id of a row, in characters.</summary>
    public const int MaxIdLength = 256;

    /// <summary>Most asks of one row.</summary>
    public const int MaxAsks = 200;

    /// <summary>A problem of one of its asks with the field as the row has it: an ask's images and files are a prompt's files.</summary>
    /// <param name="ask">The ask's place among <see cref="Asks"/>.</param>
    /// <param name="problem">The problem, with the field as a prompt has it.</param>
    public FieldProblem Told(int ask, FieldProblem problem)
    {
        if (FileFields is not { } fields)
            return problem;
        var file = Enumerable.Range(0, fields[ask].Count).FirstOrDefault(index => problem.Field == $"files[{index}]", -1);
        return problem with { Field = $"asks[{ask}].{(file < 0 ? problem.Field : fields[ask][file])}" };
    }
}
