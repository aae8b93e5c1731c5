using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions;

/// <summary>What came of the search for answers of calls that were given up on.</summary>
/// <param name="End">The end that one of them brought; null when there was none of use.</param>
/// <param name="Job">The job as it goes on otherwise, with what was refused on record.</param>
/// <param name="Refusal">Why the answer of its last call is no use; null when none was found for that one.</param>
public sealed record Adoption(Ended? End, Job Job, SparrowError? Refusal = null);
