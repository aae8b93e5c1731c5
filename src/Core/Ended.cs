using SparrowFunctions.Conversations;

namespace SparrowFunctions;

/// <summary>That a job has ended, by this worker or another.</summary>
/// <param name="Next">Who is to go on in its conversation.</param>
public sealed record Ended(NextTurn? Next);
