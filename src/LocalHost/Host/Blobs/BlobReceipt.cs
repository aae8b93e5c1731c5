using System.Globalization;
using Azure.Storage.Blobs;
using SparrowFunctions.LocalHost.Host.Storage;

namespace SparrowFunctions.LocalHost.Host.Blobs;

/// <summary>The record of what was done for one content of one blob, held by this host.</summary>
internal sealed class BlobReceipt(BlobClient blob, HeldLease lease, IDictionary<string, string> metadata) : IAsyncDisposable
{
    /// <summary>The metadata that says that nothing is left to do, with how it ended.</summary>
    public const string Handled = "handled";

    /// <summary>The metadata with the content's ETag.</summary>
    public const string ETagName = "etag";

    /// <summary>The metadata with the runs begun.</summary>
    public const string TriesName = "tries";

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsHandled => metadata.ContainsKey(Handled);

    /// <summary>Runs begun so far, those that died included.</summary>
    public int Tries => int.Parse(metadata[TriesName], CultureInfo.InvariantCulture);

    /// <summary>Counts a run before it begins, so that one that takes the process down counts too.</summary>
    public Task CountTryAsync()
    {
        metadata[TriesName] = (Tries + 1).ToString(CultureInfo.InvariantCulture);
        return WriteAsync();
    }

    /// <summary>Records that nothing is left to do.</summary>
    /// <param name="how">One word: <c>succeeded</c>, <c>poisoned</c> or <c>outdated</c>.</param>
    public Task MarkHandledAsync(string how)
    {
        metadata[Handled] = how;
        return WriteAsync();
    }

    /// <summary>Lets other hosts have it.</summary>
    public ValueTask DisposeAsync() => lease.DisposeAsync();

    private async Task WriteAsync() => await blob.SetMetadataAsync(metadata, lease.Condition, CancellationToken.None);
}
