namespace SparrowFunctions.LocalHost.Development;

/// <summary>An account that Azurite knows.</summary>
/// <param name="Name">3 to 24 lower-case letters and digits.</param>
/// <param name="Key">Its key, base64.</param>
public sealed record AzuriteAccount(string Name, string Key)
{
    /// <summary>The account every storage emulator has; its key is public knowledge (Microsoft Learn, "Use the Azurite emulator"), not a secret.</summary>
    public static readonly AzuriteAccount Development =
        new("devstoreaccount1", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
