using Azure;

namespace SparrowFunctions.Intake;

/// <summary>A blob as it was when the prompt that names it was taken in; it is read with If-Match, so a changed one is noticed.</summary>
/// <param name="Path">Which blob.</param>
/// <param name="ETag">Its version then.</param>
/// <param name="Size">Its size then, in bytes.</param>
/// <param name="ContentType">The type it was stored with.</param>
public sealed record BlobVersion(BlobPath Path, string ETag, long Size, string? ContentType)
{
    /// <summary>What to tell the sender when storage refuses this version for good; another try would be refused as well.</summary>
    /// <param name="refusal">Storage's answer; one of those that <see cref="IsFinal"/> names.</param>
    public string Refused(RequestFailedException refusal)
    {
        if (refusal.Status is 404 or 412)
        {
            var change = refusal.Status == 404 ? "was deleted" : "changed";
            return $"Blob {Path} {change} after the prompt was taken in. Send the prompt again with a new id; the newer version of a dropped file is taken by itself.";
        }

        var (problem, remedy) = WhyUnreadable(refusal);
        return $"Blob {Path} {problem} {remedy} Then have the job sent again.";
    }

    /// <summary>Whether storage would refuse a read again however often it is tried.</summary>
    public static bool IsFinal(RequestFailedException refusal) => refusal.Status is >= 400 and < 500 and not (408 or 429);

    /// <summary>What keeps a blob from being read that is there, and what to do about it.</summary>
    internal static (string Problem, string Remedy) WhyUnreadable(RequestFailedException refusal) => refusal switch
    {
        { ErrorCode: "BlobArchived" } => Archived,
        { ErrorCode: "BlobBeingRehydrated" } => ("is still on its way out of the archive tier.", "Wait until it has arrived."),
        { Status: 401 or 403 } => ($"can't be read: storage answers {refusal.Status} {refusal.ErrorCode}.", "Give the app the right to read it."),
        _ => ($"can't be read: storage answers {refusal.Status} {refusal.ErrorCode}.", "Make it readable."),
    };

    /// <summary>The same for one in the archive tier.</summary>
    internal static (string Problem, string Remedy) Archived { get; } = ("is in the archive tier.", "Move it to another tier and wait until it is there.");
}
