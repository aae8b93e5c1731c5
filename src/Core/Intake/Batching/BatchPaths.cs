using System.Diagnostics.CodeAnalysis;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Intake.Batching;

/// <summary>Finds the blob that a row of a batch means by a path. Pure.</summary>
public static class BatchPaths
{
    /// <summary>
    /// <c>/container/path</c> is absolute, and so is <c>container/path</c> where the container is one that prompts may read. Any other path is
    /// relative to the folder of the batch's own file; <c>./</c> before it says so explicitly.
    /// </summary>
    /// <param name="text">What the row says.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="files">The containers that prompts may read.</param>
    /// <param name="path">The blob, when there is one.</param>
    /// <param name="problem">What is wrong, when there is none.</param>
    public static bool TryResolve(string text, BatchName batch, FilesOptions files, out BlobPath path, [NotNullWhen(false)] out string? problem)
    {
        path = default;
        if (text.Contains("://", StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal))
        {
            problem = "is no path of a blob.";
            return false;
        }

        if (text.StartsWith('/'))
            return BlobPath.TryParse(text[1..], out path, out problem);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && text[..slash] is var first && (first == StorageNames.BatchesContainer || files.Allows(first)))
            return BlobPath.TryParse(text, out path, out problem);
        if (Relative(text, batch.Folder) is { } relative)
            return BlobPath.TryParse($"{StorageNames.BatchesContainer}/{relative}", out path, out problem);
        problem = "leads out of container batches.";
        return false;
    }

    private static string? Relative(string text, string folder)
    {
        var segments = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var segment in text.Split('/'))
        {
            if (segment == ".." && segments.Count == 0)
                return null;
            if (segment == "..")
                segments.RemoveAt(segments.Count - 1);
            else if (segment != ".")
                segments.Add(segment);
        }

        return string.Join('/', segments);
    }
}
