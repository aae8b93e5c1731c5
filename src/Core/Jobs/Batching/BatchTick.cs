namespace SparrowFunctions.Jobs.Batching;

/// <summary>Asks for a batch to be brought on by one step. One that is doubled, late or of a run that is over does nothing.</summary>
/// <param name="Name">The batch's name.</param>
/// <param name="Input">The version of its file that the run began with.</param>
/// <param name="N">The step's number; one that the batch has passed is over.</param>
public sealed record BatchTick(string Name, string Input, int N);
