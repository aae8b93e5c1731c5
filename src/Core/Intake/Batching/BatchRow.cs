namespace SparrowFunctions.Intake.Batching;

/// <summary>A row of a batch, read and checked.</summary>
/// <param name="Id">The row's own id; null when it has none.</param>
/// <param name="Asks">What it asks: the turns of one conversation, in order; never empty.</param>
public sealed record BatchRow(string? Id, IReadOnlyList<Prompt> Asks)
{
    /// <summary>Longest id of a row, in characters.</summary>
    public const int MaxIdLength = 256;

    /// <summary>Most asks of one row.</summary>
    public const int MaxAsks = 200;
}
