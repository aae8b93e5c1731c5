namespace SparrowFunctions.Jobs.Permits;

/// <summary>Who waits for a permit.</summary>
public enum Lane
{
    /// <summary>Prompts that have just come in.</summary>
    Fresh,

    /// <summary>Retries, later turns of conversations, rows of batches.</summary>
    Again,
}
