namespace SparrowFunctions.LocalHost.Development;

/// <summary>What the command line asks for; null where it says nothing.</summary>
public sealed record DevelopmentOptions
{
    /// <summary>True for the command <c>demo</c>: send samples in, show the answers, end.</summary>
    public bool Demo { get; init; }

    /// <summary>The app's port; 0 lets the system choose.</summary>
    public int? Port { get; init; }

    /// <summary>Connection string of a running Azurite or a real account; then no Azurite is started.</summary>
    public string? Storage { get; init; }

    /// <summary>Address of a running emulator or of Sparrow; then no emulator is started.</summary>
    public Uri? Sparrow { get; init; }

    /// <summary>Where a started Azurite keeps its data.</summary>
    public string? Data { get; init; }
}
