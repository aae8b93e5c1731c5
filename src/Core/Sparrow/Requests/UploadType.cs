namespace SparrowFunctions.Sparrow.Requests;

/// <summary>What an upload is to Sparrow.</summary>
public enum UploadType
{
    /// <summary><c>my_files</c>: anything but an image; comes back as an attachment.</summary>
    MyFiles,

    /// <summary><c>multimodal</c>: a JPEG, PNG, GIF or WebP image; comes back as a part.</summary>
    Multimodal,
}

/// <summary>The types' names on the wire, and how one is chosen.</summary>
public static class UploadTypes
{
    /// <summary>The name on the wire.</summary>
    public static string Name(this UploadType type) => type == UploadType.Multimodal ? "multimodal" : "my_files";

    /// <summary>Images that a model can look at are multimodal (the four kinds are inferred from ChatGPT's own limits), all else is a file.</summary>
    public static UploadType Of(string? contentType)
    {
        var mediaType = (contentType ?? "").Split(';', 2)[0].Trim();
        return mediaType.ToLowerInvariant() is "image/jpeg" or "image/png" or "image/gif" or "image/webp" ? UploadType.Multimodal : UploadType.MyFiles;
    }
}
