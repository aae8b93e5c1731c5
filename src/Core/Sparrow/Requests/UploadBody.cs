using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace SparrowFunctions.Sparrow.Requests;

/// <summary>
/// Writes an upload as multipart/form-data straight from its stream: conversation_id, type (where the profile has it), then the file.
/// The file's name is sent as UTF-8 in quotes; filename* is left out, as RFC 7578 asks.
/// </summary>
internal static class UploadBody
{
    private const int BufferSize = 64 * 1024;

    /// <summary>The body; <paramref name="source"/> remembers a failure of the caller's own stream.</summary>
    public static OneShotContent Create(SparrowUpload upload, SparrowProfile profile, UploadSource source)
    {
        var boundary = "sparrow-" + RandomNumberGenerator.GetHexString(32, lowercase: true);
        var head = Encoding.UTF8.GetBytes(Head(upload, profile, boundary));
        var tail = Encoding.UTF8.GetBytes($"\r\n--{boundary}--\r\n");
        var length = upload.Length is { } known ? head.Length + known + tail.Length : (long?)null;
        return new OneShotContent($"multipart/form-data; boundary={boundary}", length, async (target, cancellationToken) =>
        {
            await target.WriteAsync(head, cancellationToken);
            await CopyAsync(source, target, cancellationToken);
            await target.WriteAsync(tail, cancellationToken);
        });
    }

    private static string Head(SparrowUpload upload, SparrowProfile profile, string boundary)
    {
        var head = new StringBuilder();
        Field("conversation_id", upload.ConversationId ?? "");
        if (profile.SendsUploadType) Field("type", (upload.Type ?? UploadTypes.Of(upload.ContentType)).Name());
        head.Append("--").Append(boundary).Append("\r\n")
            .Append("Content-Disposition: form-data; name=\"").Append(profile.UploadField).Append("\"; filename=\"").Append(Quoted(upload.FileName)).Append("\"\r\n")
            .Append("Content-Type: ").Append(MediaType(upload.ContentType)).Append("\r\n\r\n");
        return head.ToString();

        void Field(string name, string value) =>
            head.Append("--").Append(boundary).Append("\r\nContent-Disposition: form-data; name=\"").Append(name).Append("\"\r\n\r\n").Append(value).Append("\r\n");
    }

    private static string Quoted(string fileName)
    {
        var name = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var quoted = new StringBuilder(name.Length);
        foreach (var c in name.Length > 0 ? name : "file")
        {
            if (char.IsControl(c)) quoted.Append('_');
            else if (c == '"') quoted.Append("\\\"");
            else quoted.Append(c);
        }

        return quoted.ToString();
    }

    private static string MediaType(string? contentType) =>
        contentType is { Length: > 0 } && contentType.All(static c => c is >= ' ' and < '\x7f') ? contentType : "application/octet-stream";

    private static async Task CopyAsync(UploadSource source, Stream target, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0)
            {
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
