using System.Collections.Concurrent;
using SparrowEmulator.Answers;

namespace SparrowEmulator.Files;

/// <summary>What is known of the files in, and the files out.</summary>
internal sealed class FileStore
{
    private static readonly byte[] OnePixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private readonly ConcurrentDictionary<string, StoredUpload> _uploads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, GeneratedFile> _generated = new(StringComparer.Ordinal);

    /// <summary>Takes an upload down.</summary>
    public void Keep(StoredUpload upload) => _uploads[upload.Id] = upload;

    /// <summary>Makes a file of the code interpreter.</summary>
    public GeneratedFile Keep(AnswerFile file, bool fetchable) =>
        Keep(file.Name, file.ContentType ?? MimeTypes.Of(file.Name, file.Base64, null), file.Base64, file.NameForm, fetchable, file.Size);

    /// <summary>Makes an image of DALL-E; these can be fetched with history off, too.</summary>
    public GeneratedFile Keep(AnswerImage image)
    {
        var bytes = image.Base64 ?? OnePixel;
        var type = image.ContentType ?? MimeTypes.Of(image.Name ?? "", bytes, null);
        var name = image.Name ?? $"DALL-E 2024-01-14 10.00.00 - picture_{Identifiers.Uuid()}.{type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..]}";
        return Keep(name, type, bytes, NameForm.Plain, fetchable: true);
    }

    /// <summary>An upload by its id.</summary>
    public StoredUpload? FindUpload(string id) => _uploads.GetValueOrDefault(id);

    /// <summary>A generated file by its id.</summary>
    public GeneratedFile? FindGenerated(string id) => _generated.GetValueOrDefault(id);

    /// <summary>Forgets all files.</summary>
    public void Clear()
    {
        _uploads.Clear();
        _generated.Clear();
    }

    private GeneratedFile Keep(string name, string type, byte[] bytes, NameForm form, bool fetchable, long? size = null)
    {
        var file = new GeneratedFile(Identifiers.File(), name, type, bytes, form, fetchable, size ?? bytes.Length);
        _generated[file.Id] = file;
        return file;
    }
}
