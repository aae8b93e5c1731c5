namespace SparrowFunctions.Results;

/// <summary>The settings under <c>Results</c>.</summary>
public sealed class ResultsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Results";

    /// <summary>
    /// Whether generated files are wanted by jobs that do not say. True keeps the prompt in the vendor's account history,
    /// since only then can files be fetched. Default true.
    /// </summary>
    public bool SaveFiles { get; set; } = true;
}
