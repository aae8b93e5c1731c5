namespace SparrowFunctions.Sparrow;

/// <summary>How far a call had got when it failed; only <see cref="Answered"/> has a status.</summary>
public enum SparrowFault
{
    /// <summary>A status line and headers came back, whatever they say.</summary>
    Answered,

    /// <summary>No connection: nothing left this machine, nothing can have been billed.</summary>
    NotSent,

    /// <summary>The connection broke after the request had left: it may have been run and billed.</summary>
    ResetAfterSending,

    /// <summary>No answer within the request timeout: it may have been run and billed.</summary>
    Timeout,
}
