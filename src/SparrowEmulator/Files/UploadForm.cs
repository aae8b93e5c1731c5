using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace SparrowEmulator.Files;

/// <summary>An upload as it was read: fields, and the file hashed while it streamed by.</summary>
internal sealed record UploadForm
{
    /// <summary>The conversation named; null for none, which is also what "" means.</summary>
    public string? ConversationId { get; private set; }

    /// <summary>my_files or multimodal; null where the first generation's clients leave it out.</summary>
    public string? Type { get; private set; }

    /// <summary>The file.</summary>
    public StoredUpload? File { get; private set; }

    /// <summary>True when the file was longer than allowed; it was not read to its end.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Reads a form. Its parts may come in any order; the file's may be called <c>file</c> or <c>files</c>.</summary>
    /// <exception cref="FormatException">The form is not as an upload must be; the message names the part.</exception>
    public static async Task<UploadForm> ReadAsync(HttpRequest request, long maxBytes, CancellationToken cancellationToken)
    {
        var boundary = await MultipartBoundary.FindAsync(request, cancellationToken)
            ?? throw new FormatException("The body is not multipart/form-data.");
        var form = new UploadForm();
        var reader = new MultipartReader(boundary, request.Body);
        try
        {
            while (!form.IsTooLarge && await reader.ReadNextSectionAsync(cancellationToken) is { } section)
                await form.TakeAsync(section, maxBytes, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException && !request.HttpContext.RequestAborted.IsCancellationRequested && e is not BadHttpRequestException))
        {
            throw new FormatException("The multipart body is broken.", e);
        }

        if (form.IsTooLarge) return form;
        if (form.Type is not (null or "my_files" or "multimodal")) throw new FormatException("type must be my_files or multimodal.");
        return form.File is null ? throw new FormatException("file is missing.") : form;
    }

    private async Task TakeAsync(MultipartSection section, long maxBytes, CancellationToken cancellationToken)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) return;
        switch (HeaderUtilities.RemoveQuotes(disposition.Name).ToString())
        {
            case "conversation_id":
                ConversationId = await FieldAsync(section, cancellationToken);
                break;
            case "type":
                Type = await FieldAsync(section, cancellationToken);
                break;
            case "file" or "files" when File is not null:
                throw new FormatException("One upload takes one file.");
            case "file" or "files":
                await TakeFileAsync(section, NameOf(disposition), maxBytes, cancellationToken);
                break;
            default:
                await section.Body.CopyToAsync(Stream.Null, cancellationToken);
                break;
        }
    }

    private async Task TakeFileAsync(MultipartSection section, string name, long maxBytes, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var beginning = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        var size = 0L;
        try
        {
            for (int n; (n = await section.Body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                size += n;
                if (size > maxBytes)
                {
                    IsTooLarge = true;
                    return;
                }

                sha256.AppendData(buffer, 0, n);
                if (beginning.Length < ImageHeader.Reach) beginning.Write(buffer, 0, n);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var head = beginning.ToArray();
        File = new StoredUpload(
            Identifiers.File(), name, size, Convert.ToHexStringLower(sha256.GetHashAndReset()), MimeTypes.Of(name, head, section.ContentType), ImageHeader.Read(head));
    }

    // A field may come in quotes when a shell command was copied badly; nothing else is taken from it.
    private static async Task<string?> FieldAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        var text = (await section.ReadAsStringAsync(cancellationToken)).Trim().Trim('"');
        return text.Length > 0 ? text : null;
    }

    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;

        // Forms escape a quote as %22 and a line break as %0D%0A in this place, and nothing else.
        name = (name ?? "").Replace("%22", "\"", StringComparison.Ordinal);
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.Length > 0 ? name : "unnamed";
    }
}
