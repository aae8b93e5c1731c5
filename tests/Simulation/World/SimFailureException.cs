namespace SparrowFunctions.Tests.Simulation.World;

/// <summary>The world itself was misused: something ran where the seed does not rule, or never came to rest. Not a verdict on the pipeline.</summary>
public sealed class SimFailureException : Exception
{
    public SimFailureException()
    {
    }

    public SimFailureException(string message)
        : base(message)
    {
    }

    public SimFailureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
