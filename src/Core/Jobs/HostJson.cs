using Microsoft.Extensions.Configuration;

namespace SparrowFunctions.Jobs;

/// <summary>The host.json that the platform reads for this app.</summary>
/// <param name="Path">Where it lies; it need not be there.</param>
public sealed record HostJson(string Path)
{
    // What the platform calls the folder that the app was deployed to
    private const string Folder = "FUNCTIONS_APPLICATION_DIRECTORY";

    private const string Name = "host.json";

    /// <summary>The one in the app's folder as the platform names it; without a name, or with nothing there, the one beside the program.</summary>
    public static HostJson OfApp(IConfiguration configuration)
    {
        var beside = System.IO.Path.Combine(AppContext.BaseDirectory, Name);
        return configuration[Folder] is { Length: > 0 } folder && System.IO.Path.Combine(folder, Name) is var named && File.Exists(named) ? new(named) : new(beside);
    }
}
