using SparrowFunctions.Conversations;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Files.Uploads;

/// <summary>Decides which of a job's recorded uploads are used again. Pure.</summary>
public static class UploadRule
{
    /// <summary>
    /// The longest run of the job's files, from the first on, that one conversation of Sparrow holds and still knows. Each must have been uploaded into the
    /// conversation that the one before came back with: what two workers uploaded side by side never gets mixed.
    /// </summary>
    /// <param name="job">The job, its present attempt the last.</param>
    /// <param name="known">The recorded uploads by the file's place in the job; null where there is none.</param>
    /// <param name="mode">The lane the chat takes.</param>
    /// <param name="conversationId">The conversation the chat goes on in; null for a new one.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<Upload> Usable(Job job, IReadOnlyList<Upload?> known, SparrowMode mode, string? conversationId, DateTimeOffset now)
    {
        var run = new List<Upload>();
        foreach (var (file, place) in job.Accepted.Files.Select((file, place) => (file, place)))
        {
            var into = run.Count == 0 ? conversationId : run[^1].ConversationId;
            if (known.ElementAtOrDefault(place) is not { } upload || !IsOf(upload, file) || upload.Mode != mode || upload.Into != into || IsSpent(job, upload))
                break;
            run.Add(upload);
        }

        // Every upload prolongs its conversation, so the last one's time is that of all
        return run is [.., var last] && last.Until > now ? run : [];
    }

    private static bool IsOf(Upload upload, BlobVersion file) => upload.Blob == file.Path.ToString() && upload.BlobETag == file.ETag;

    // A failed call that may have been answered, or that speaks against the conversation or the request itself, takes its uploads with it
    private static bool IsSpent(Job job, Upload upload) => job.Attempts.Any(attempt =>
        attempt.N >= upload.Attempt && (attempt.Kind == FailureKind.Rejected || SessionRule.LeavesTheConversation(attempt)));
}
