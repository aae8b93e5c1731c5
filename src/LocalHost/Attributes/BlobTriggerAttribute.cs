namespace SparrowFunctions.LocalHost.Attributes;

/// <summary>
/// Runs the function once for each new or overwritten blob whose path matches.
/// The parameter is a <c>BlobClient</c>, a <c>BlockBlobClient</c> or a <c>Stream</c>.
/// </summary>
/// <param name="blobPath">
/// Container and name, such as <c>drop/{name}</c>; what a token stands for is given to the <c>string</c> parameter of its name.
/// </param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BlobTriggerAttribute(string blobPath) : Attribute
{
    /// <summary>The path, as written.</summary>
    public string BlobPath { get; } = blobPath;

    /// <summary>The name of the setting that holds the connection string; <c>AzureWebJobsStorage</c> when null.</summary>
    public string? Connection { get; set; }

    /// <summary>How new blobs are noticed. The local host polls only for <see cref="BlobTriggerSource.LogsAndContainerScan"/>.</summary>
    public BlobTriggerSource Source { get; set; }
}
