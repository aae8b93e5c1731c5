namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>A file that was fetched and stored.</summary>
/// <param name="Url">The address as received.</param>
/// <param name="Name">The name that the download gave, before it was made unique.</param>
/// <param name="Path">Where it lies, relative to the answer, for example <c>files/chart.png</c>; not percent-encoded.</param>
public sealed record SavedFile(string Url, string Name, string Path);

/// <summary>An answer whose links lead to stored files.</summary>
/// <param name="Text">The text.</param>
/// <param name="Unlinked">Files that no link in the text names, in their order.</param>
/// <param name="Missing">Link targets that no file fits, in their order.</param>
public sealed record LinkedAnswer(string Text, IReadOnlyList<SavedFile> Unlinked, IReadOnlyList<string> Missing);
