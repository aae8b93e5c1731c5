namespace SparrowFunctions.Jobs;

/// <summary>What happens to a paid call whose outcome is not known.</summary>
public enum UnknownOutcome
{
    /// <summary>The job is tried once more, and the first call counts as possibly billed.</summary>
    RetryOnce,

    /// <summary>The job is held in state unknown until somebody decides.</summary>
    Hold,
}
