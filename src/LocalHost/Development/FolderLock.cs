namespace SparrowFunctions.LocalHost.Development;

/// <summary>A lock between processes: a file that only one of them can hold open, and that the system frees when its holder dies.</summary>
public static class FolderLock
{
    /// <summary>Takes the lock if it is free.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="name">The lock's file name in it.</param>
    /// <returns>The lock, to be disposed; null when another holds it.</returns>
    public static FileStream? TryTake(string folder, string name)
    {
        try
        {
            return new FileStream(Path.Combine(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>True when another holds the lock now.</summary>
    /// <inheritdoc cref="TryTake" path="/param"/>
    public static bool IsTaken(string folder, string name)
    {
        if (!File.Exists(Path.Combine(folder, name))) return false;
        using var held = TryTake(folder, name);
        return held is null;
    }
}
