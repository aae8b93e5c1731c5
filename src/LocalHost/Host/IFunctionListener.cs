namespace SparrowFunctions.LocalHost.Host;

/// <summary>Waits for a trigger's occasions and runs its function.</summary>
internal interface IFunctionListener
{
    /// <summary>Takes work until told to stop, then returns when what it started has ended. Throws only for bugs.</summary>
    Task ListenAsync(CancellationToken stopping);
}
