using Azure;
using Azure.Storage.Blobs.Models;

namespace SparrowFunctions.Tests.Simulation.Storage.Blobs;

/// <summary>A container of blobs.</summary>
internal sealed class SimContainer(SimStorage storage, string name)
{
    private readonly SortedDictionary<string, SimBlob> _blobs = new(StringComparer.Ordinal);

    public string Name => name;

    public IReadOnlyDictionary<string, SimBlob> Blobs => _blobs;

    /// <summary>Every write that was acknowledged, in order, with the moment: what a writer may rely on.</summary>
    public List<(TimeSpan At, string Path, string Text)> Acknowledged { get; } = [];

    public SimBlob? Find(string path) => _blobs.GetValueOrDefault(path);

    public SimBlob Write(string path, byte[] content, string? contentType, IDictionary<string, string>? metadata, BlobRequestConditions? conditions)
    {
        var stored = Find(path);
        if (conditions?.IfNoneMatch == ETag.All && stored is not null)
            throw StorageErrors.BlobExists();
        Check(stored, conditions);
        var blob = new SimBlob(
            content,
            storage.NextVersion("\"0x{0:X}\""),
            contentType ?? "application/octet-stream",
            metadata is null ? new Dictionary<string, string>(StringComparer.Ordinal) : new Dictionary<string, string>(metadata, StringComparer.Ordinal),
            storage.World.Now);
        Acknowledged.Add((storage.World.Elapsed, path, blob.Text));
        if (!storage.Mutation.SwallowsBlob($"{name}/{path}"))
            _blobs[path] = blob;
        return blob;
    }

    public SimBlob Read(string path, BlobRequestConditions? conditions)
    {
        var stored = storage.Mutation.HidesBlob($"{name}/{path}") ? null : Find(path);
        if (stored is null)
            throw StorageErrors.BlobMissing();
        Check(stored, conditions);
        if (conditions?.IfNoneMatch is { } known && known == stored.ETag)
            throw StorageErrors.Of(304, "ConditionNotMet");
        return stored;
    }

    public bool Delete(string path, BlobRequestConditions? conditions)
    {
        Check(Find(path), conditions);
        return _blobs.Remove(path);
    }

    private static void Check(SimBlob? stored, BlobRequestConditions? conditions)
    {
        if (conditions?.IfMatch is { } match && (stored is null || (match != ETag.All && match != stored.ETag)))
            throw StorageErrors.BlobChanged();
    }
}
