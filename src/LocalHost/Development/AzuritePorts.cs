namespace SparrowFunctions.LocalHost.Development;

/// <summary>Where Azurite listens on the loopback address. A port of 0 lets the system choose a free one.</summary>
public sealed record AzuritePorts(int Blob, int Queue, int Table)
{
    /// <summary>The ports every tool expects Azurite on.</summary>
    public static readonly AzuritePorts Usual = new(10000, 10001, 10002);

    /// <summary>Whatever is free.</summary>
    public static readonly AzuritePorts Free = new(0, 0, 0);

    /// <summary>The three of them.</summary>
    public IReadOnlyList<int> All => [Blob, Queue, Table];

    /// <summary>The connection string of an account behind these ports.</summary>
    public string ConnectionString(AzuriteAccount account) =>
        $"DefaultEndpointsProtocol=http;AccountName={account.Name};AccountKey={account.Key};"
        + $"BlobEndpoint=http://127.0.0.1:{Blob}/{account.Name};"
        + $"QueueEndpoint=http://127.0.0.1:{Queue}/{account.Name};"
        + $"TableEndpoint=http://127.0.0.1:{Table}/{account.Name};";
}
