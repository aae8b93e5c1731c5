namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>A place of a response that names a generated file.</summary>
/// <param name="Place">Where, for example <c>downloads[0]</c> or <c>contents[3].parts[0]</c>.</param>
/// <param name="Url">The address it can be fetched from, as received; null where there is none.</param>
/// <param name="Id">The vendor's id of the file, where it is named by one.</param>
public sealed record FileSource(string Place, string? Url, string? Id = null);
