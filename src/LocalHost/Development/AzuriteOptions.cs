namespace SparrowFunctions.LocalHost.Development;

/// <summary>How Azurite is to be started.</summary>
/// <param name="DataFolder">Where it keeps its data; made if it is missing. Only one Azurite may use a folder at a time.</param>
public sealed record AzuriteOptions(string DataFolder)
{
    /// <summary>The ports; <see cref="AzuritePorts.Usual"/> by default.</summary>
    public AzuritePorts Ports { get; init; } = AzuritePorts.Usual;

    /// <summary>The accounts; by default the emulator's own.</summary>
    public IReadOnlyList<AzuriteAccount> Accounts { get; init; } = [AzuriteAccount.Development];

    /// <summary>A file for the access log, one line a storage operation; null for none.</summary>
    public string? LogPath { get; init; }
}
