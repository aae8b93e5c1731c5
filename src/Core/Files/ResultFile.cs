namespace SparrowFunctions.Files;

/// <summary>A generated file as it was saved with its job.</summary>
/// <param name="Name">Its name under the job's <c>files/</c>, safe and unique there.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hex.</param>
/// <param name="ContentType">The type it was served with.</param>
/// <param name="Source">Where the response named it, for example <c>downloads[0]</c>.</param>
/// <param name="Url">Its address relative to the job's folder, percent-encoded.</param>
public sealed record ResultFile(string Name, long Size, string Sha256, string ContentType, string Source, string Url);
