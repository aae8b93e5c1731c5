namespace SparrowFunctions.Intake;

/// <summary>The settings under <c>Files</c>.</summary>
public sealed class FilesOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Files";

    /// <summary>Largest file that is uploaded, in bytes (100 MB, the vendor's own limit).</summary>
    public const long MaxFileBytes = 100_000_000;

    /// <summary>Containers whose blobs a prompt may name, separated by commas. Containers of the platform (<c>azure-webjobs-…</c>, <c>$…</c>) are never allowed.</summary>
    public string AllowedContainers { get; set; } = "drop,payloads,results";

    /// <summary>Whether a prompt may name blobs of a container.</summary>
    public bool Allows(string container) =>
        !IsPlatformContainer(container)
        && AllowedContainers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Contains(container, StringComparer.Ordinal);

    /// <summary>Whether a container belongs to the platform.</summary>
    public static bool IsPlatformContainer(string container) =>
        container.StartsWith('$') || container.StartsWith("azure-webjobs-", StringComparison.OrdinalIgnoreCase);
}
