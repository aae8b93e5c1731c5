namespace SparrowFunctions.Files.Headers;

/// <summary>How large an image is, in pixels.</summary>
/// <param name="Width">Pixels across, at least 1.</param>
/// <param name="Height">Pixels down, at least 1.</param>
public readonly record struct ImageSize(int Width, int Height);
