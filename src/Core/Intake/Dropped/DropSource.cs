namespace SparrowFunctions.Intake.Dropped;

/// <summary>What a job was dropped as: the version of a file, or of the marker of a folder. Its outcome goes beside it.</summary>
/// <param name="Path">The blob's name in container <c>drop</c>.</param>
/// <param name="ETag">Its version, quoted as in a header.</param>
/// <param name="ModifiedAt">When that version was written, by storage's clock.</param>
public sealed record DropSource(string Path, string ETag, DateTimeOffset ModifiedAt);
