namespace SparrowFunctions.Files;

/// <summary>What became of a response's generated files.</summary>
/// <param name="Answer">The answer with its links pointing at the saved files; null when there was none.</param>
/// <param name="Files">The files that were saved.</param>
/// <param name="Warnings">One for every file that could not be.</param>
public sealed record SavedFiles(string? Answer, IReadOnlyList<ResultFile> Files, IReadOnlyList<string> Warnings);
