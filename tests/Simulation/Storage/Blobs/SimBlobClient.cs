using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage.Blobs;

/// <summary>One process' client of a blob. A member that is not here fails with a null reference of the SDK's own: add it.</summary>
internal sealed class SimBlobClient(SimStorage storage, SimProcess process, SimContainer container, string path) : BlobClient
{
    public override string Name => path;

    public override string BlobContainerName => container.Name;

    public override Uri Uri => new($"https://sim.blob.core.windows.net/{container.Name}/{path}");

    public override Task<Response<BlobContentInfo>> UploadAsync(BinaryData content) => UploadAsync(content, overwrite: false);

    public override Task<Response<BlobContentInfo>> UploadAsync(BinaryData content, CancellationToken cancellationToken) =>
        UploadAsync(content, overwrite: false, cancellationToken);

    public override Task<Response<BlobContentInfo>> UploadAsync(BinaryData content, bool overwrite = false, CancellationToken cancellationToken = default) =>
        UploadAsync(content, Overwriting(overwrite), cancellationToken);

    public override Task<Response<BlobContentInfo>> UploadAsync(BinaryData content, BlobUploadOptions? options, CancellationToken cancellationToken = default) =>
        WriteAsync(content.ToArray(), options, cancellationToken);

    public override Task<Response<BlobContentInfo>> UploadAsync(Stream content, bool overwrite = false, CancellationToken cancellationToken = default) =>
        UploadAsync(content, Overwriting(overwrite), cancellationToken);

    public override async Task<Response<BlobContentInfo>> UploadAsync(Stream content, BlobUploadOptions? options, CancellationToken cancellationToken = default)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        return await WriteAsync(buffer.ToArray(), options, cancellationToken);
    }

    public override Task<Response<bool>> ExistsAsync(CancellationToken cancellationToken = default) =>
        CallAsync("exists", () => SimResponse.Of(container.Find(path) is not null), cancellationToken);

    public override Task<Response<BlobProperties>> GetPropertiesAsync(BlobRequestConditions? conditions = null, CancellationToken cancellationToken = default) =>
        CallAsync(
            "properties",
            () =>
            {
                var blob = container.Read(path, conditions);
                return SimResponse.Of(BlobsModelFactory.BlobProperties(
                    lastModified: blob.LastModified,
                    contentLength: blob.Content.Length,
                    contentType: blob.ContentType,
                    eTag: blob.ETag,
                    blobCopyStatus: null,
                    createdOn: blob.LastModified,
                    metadata: blob.Metadata));
            },
            cancellationToken);

    public override Task<Response<BlobDownloadResult>> DownloadContentAsync() => DownloadContentAsync((BlobDownloadOptions?)null, CancellationToken.None);

    public override Task<Response<BlobDownloadResult>> DownloadContentAsync(CancellationToken cancellationToken) =>
        DownloadContentAsync((BlobDownloadOptions?)null, cancellationToken);

    public override Task<Response<BlobDownloadResult>> DownloadContentAsync(BlobRequestConditions? conditions, CancellationToken cancellationToken) =>
        DownloadContentAsync(new BlobDownloadOptions { Conditions = conditions }, cancellationToken);

    public override Task<Response<BlobDownloadResult>> DownloadContentAsync(BlobDownloadOptions? options = null, CancellationToken cancellationToken = default) =>
        CallAsync(
            "download",
            () =>
            {
                var blob = container.Read(path, options?.Conditions);
                return SimResponse.Of(BlobsModelFactory.BlobDownloadResult(BinaryData.FromBytes(blob.Content), Details(blob)), 200, blob.ETag);
            },
            cancellationToken);

    public override Task<Response<BlobDownloadStreamingResult>> DownloadStreamingAsync(BlobDownloadOptions? options = null, CancellationToken cancellationToken = default) =>
        CallAsync(
            "stream",
            () =>
            {
                var blob = container.Read(path, options?.Conditions);
                return SimResponse.Of(BlobsModelFactory.BlobDownloadStreamingResult(new MemoryStream(blob.Content, writable: false), Details(blob)), 200, blob.ETag);
            },
            cancellationToken);

    public override Task<Stream> OpenReadAsync(BlobOpenReadOptions options, CancellationToken cancellationToken = default) =>
        CallAsync<Stream>("open", () => new MemoryStream(container.Read(path, options.Conditions).Content, writable: false), cancellationToken);

    public override Task<Response<bool>> DeleteIfExistsAsync(
        DeleteSnapshotsOption snapshotsOption = DeleteSnapshotsOption.None, BlobRequestConditions? conditions = null, CancellationToken cancellationToken = default) =>
        CallAsync("delete", () => SimResponse.Of(container.Delete(path, conditions)), cancellationToken);

    private static BlobUploadOptions Overwriting(bool overwrite) =>
        overwrite ? new BlobUploadOptions() : new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };

    private static BlobDownloadDetails Details(SimBlob blob) => BlobsModelFactory.BlobDownloadDetails(
        contentLength: blob.Content.Length, contentType: blob.ContentType, lastModified: blob.LastModified, metadata: blob.Metadata, eTag: blob.ETag);

    private Task<Response<BlobContentInfo>> WriteAsync(byte[] content, BlobUploadOptions? options, CancellationToken cancellationToken) =>
        CallAsync(
            $"upload {content.Length} bytes",
            () =>
            {
                var blob = container.Write(path, content, options?.HttpHeaders?.ContentType, options?.Metadata, options?.Conditions);
                return SimResponse.Of(BlobsModelFactory.BlobContentInfo(blob.ETag, blob.LastModified, null, null, null, null, 0), 201, blob.ETag);
            },
            cancellationToken);

    private Task<T> CallAsync<T>(string what, Func<T> effect, CancellationToken cancellationToken) =>
        storage.Network.CallAsync(process, $"{container.Name}/{path}: {what}", effect, cancellationToken);
}
