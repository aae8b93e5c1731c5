using System.Text.Json;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Files.Uploads;

/// <summary>A file of a job as Sparrow has it.</summary>
/// <param name="Blob">The blob it was made from, <c>container/path</c>.</param>
/// <param name="BlobETag">The blob's version.</param>
/// <param name="Mode">The lane it was uploaded in.</param>
/// <param name="Into">The conversation the upload named; null for one that began a new one.</param>
/// <param name="ConversationId">The conversation Sparrow answered with: what the next upload and the chat have to name.</param>
/// <param name="Attachment">The file exactly as Sparrow returned it; null for an image.</param>
/// <param name="Part">The image as Sparrow returned it, with what it left out; null for a file.</param>
/// <param name="Attempt">The job's attempt that uploaded it.</param>
/// <param name="Until">Until when Sparrow is relied on to know it.</param>
public sealed record Upload(
    string Blob,
    string BlobETag,
    SparrowMode Mode,
    string? Into,
    string? ConversationId,
    JsonElement? Attachment,
    JsonElement? Part,
    int Attempt,
    DateTimeOffset Until);
