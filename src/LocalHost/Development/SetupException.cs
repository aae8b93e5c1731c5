namespace SparrowFunctions.LocalHost.Development;

/// <summary>
/// Something on this machine keeps the local host from starting. The message is shown to the developer as it is: it says what is wrong and what to do.
/// </summary>
public sealed class SetupException : Exception
{
    /// <summary>An empty problem.</summary>
    public SetupException()
    {
    }

    /// <summary>A problem told in whole sentences, the remedy included.</summary>
    public SetupException(string message)
        : base(message)
    {
    }

    /// <summary>A problem with its cause.</summary>
    public SetupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
