namespace SparrowFunctions.LocalHost.Development;

/// <summary>Finds the folder that everything local is relative to: the one whose package.json asks for Azurite.</summary>
public static class RepositoryRoot
{
    /// <summary>Looks upwards from the current folder, then from the folder of the program.</summary>
    /// <returns>The full path, or null when no folder on the way qualifies.</returns>
    public static string? Find() => Find(Directory.GetCurrentDirectory()) ?? Find(AppContext.BaseDirectory);

    /// <summary>Looks upwards from one folder.</summary>
    /// <param name="start">Where to begin; the folder itself counts.</param>
    public static string? Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var manifest = Path.Combine(folder.FullName, "package.json");
            if (File.Exists(manifest) && File.ReadAllText(manifest).Contains("\"azurite\"", StringComparison.Ordinal)) return folder.FullName;
        }

        return null;
    }
}
