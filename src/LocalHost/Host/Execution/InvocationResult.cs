namespace SparrowFunctions.LocalHost.Host.Execution;

/// <summary>How one run of a function ended; no error means success.</summary>
internal readonly record struct InvocationResult(Exception? Error)
{
    /// <summary>Whether the function returned.</summary>
    public bool Succeeded => Error is null;
}
