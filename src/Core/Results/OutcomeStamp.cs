using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Results;

/// <summary>Whose outcome a published blob is: kept in its metadata, so that an older version's outcome never replaces a newer one's.</summary>
/// <param name="Source">Hash of the dropped path.</param>
/// <param name="Version">Hash of the version's ETag.</param>
/// <param name="Order">When the version was written, in whole seconds as storage tells it, and when it was taken.</param>
/// <param name="Mark">Which outcome of that version it is: a job that is sent again ends more than once.</param>
public readonly record struct OutcomeStamp(string Source, string Version, string Order, string Mark)
{
    private const string SourceKey = "dropsource";
    private const string VersionKey = "dropversion";
    private const string OrderKey = "droporder";
    private const string MarkKey = "dropmark";

    /// <summary>The stamp of a job's outcome.</summary>
    /// <param name="source">The version.</param>
    /// <param name="job">The job, ended.</param>
    public static OutcomeStamp Of(DropSource source, Job job) => Of(source, job.CreatedAt, MarkOf(job));

    /// <summary>The stamp of a refusal.</summary>
    /// <param name="source">The version.</param>
    /// <param name="document">The document that says why it was not taken.</param>
    public static OutcomeStamp OfRefusal(DropSource source, JobDocument document) => Of(source, document.CreatedAt, Hash($"{document.Id} refused {document.Reason}"));

    /// <summary>The mark of a job's outcome: of the end that it has now.</summary>
    public static string MarkOf(Job job) => Hash(string.Create(CultureInfo.InvariantCulture, $"{job.Id} {job.State.Name()} {job.EndedAt?.UtcTicks}"));

    /// <summary>The stamp of a blob; null when it has none.</summary>
    public static OutcomeStamp? Read(IDictionary<string, string> metadata) =>
        metadata.TryGetValue(SourceKey, out var source) && metadata.TryGetValue(VersionKey, out var version)
        && metadata.TryGetValue(OrderKey, out var order) && metadata.TryGetValue(MarkKey, out var mark)
            ? new OutcomeStamp(source, version, order, mark)
            : null;

    /// <summary>The stamp as metadata.</summary>
    public IDictionary<string, string> ToMetadata() =>
        new Dictionary<string, string>(StringComparer.Ordinal) { [SourceKey] = Source, [VersionKey] = Version, [OrderKey] = Order, [MarkKey] = Mark };

    /// <summary>Whether it was written later than another, or taken later where both were written in the same second.</summary>
    public bool IsLaterThan(OutcomeStamp other) => string.CompareOrdinal(Order, other.Order) > 0;

    private static OutcomeStamp Of(DropSource source, DateTimeOffset takenAt, string mark) => new(
        Hash(source.Path), Hash(source.ETag), string.Create(CultureInfo.InvariantCulture, $"{source.ModifiedAt.UtcTicks:D19}-{takenAt.UtcTicks:D19}"), mark);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16]);
}
