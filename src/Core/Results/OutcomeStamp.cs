using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SparrowFunctions.Intake.Dropped;

namespace SparrowFunctions.Results;

/// <summary>Whose outcome a published blob is: kept in its metadata, so that an older version's outcome never replaces a newer one's.</summary>
/// <param name="Source">Hash of the dropped path.</param>
/// <param name="Version">When the version was written and when it was taken; the greater text is the newer version.</param>
/// <param name="Mark">Which outcome of that version it is: a job that is sent again ends more than once.</param>
internal readonly record struct OutcomeStamp(string Source, string Version, string Mark)
{
    private const string SourceKey = "dropsource";
    private const string VersionKey = "dropversion";
    private const string MarkKey = "dropmark";

    /// <summary>The stamp of a version's outcome.</summary>
    /// <param name="source">The version.</param>
    /// <param name="takenAt">When it was taken; storage gives the time of writing in whole seconds only.</param>
    /// <param name="mark">Tells this outcome from other outcomes of the same version.</param>
    public static OutcomeStamp Of(DropSource source, DateTimeOffset takenAt, string mark) => new(
        Hash(source.Path), string.Create(CultureInfo.InvariantCulture, $"{source.ModifiedAt.UtcTicks:D19}-{takenAt.UtcTicks:D19}"), Hash(mark));

    /// <summary>The stamp of a blob; null when it has none.</summary>
    public static OutcomeStamp? Read(IDictionary<string, string> metadata) =>
        metadata.TryGetValue(SourceKey, out var source) && metadata.TryGetValue(VersionKey, out var version) && metadata.TryGetValue(MarkKey, out var mark)
            ? new OutcomeStamp(source, version, mark)
            : null;

    /// <summary>The stamp as metadata.</summary>
    public Dictionary<string, string> ToMetadata() =>
        new(StringComparer.Ordinal) { [SourceKey] = Source, [VersionKey] = Version, [MarkKey] = Mark };

    /// <summary>Whether it is of a newer version than another.</summary>
    public bool IsNewerThan(OutcomeStamp other) => string.CompareOrdinal(Version, other.Version) > 0;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16]);
}
