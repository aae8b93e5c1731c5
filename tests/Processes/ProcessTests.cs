namespace SparrowFunctions.Tests.Processes;

/// <summary>Tests that start real processes and end them the hard way; one at a time, since each of them wants the whole machine.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessTests
{
    public const string Name = "Processes";

    /// <summary>True when the long forms are asked for.</summary>
    public static bool Soak => Environment.GetEnvironmentVariable("SOAK") == "1";
}
