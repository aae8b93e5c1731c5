namespace SparrowFunctions.Results;

/// <summary>What kept a result from being written.</summary>
public enum ResultConflict
{
    /// <summary>Nothing: it is written.</summary>
    None,

    /// <summary>The job is another worker's by now.</summary>
    TakenOver,

    /// <summary>A failure was to be written, but the answer of that very call has arrived after all.</summary>
    Answered,
}
