using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>The app's settings, from weak to strong: defaults of development, local.settings.json, the environment, what the command line fixes.</summary>
public static class LocalSettings
{
    /// <summary>How the queue poller's longest wait is set over host.json.</summary>
    public const string PollingKey = "AzureFunctionsJobHost:extensions:queues:maxPollingInterval";

    private static readonly Dictionary<string, string?> Defaults = new() { [PollingKey] = "00:00:01" };

    /// <summary>The sources in order, for the builder of the app.</summary>
    /// <param name="file">What local.settings.json says.</param>
    /// <param name="overrides">What is fixed by the command line and by what was started.</param>
    public static IReadOnlyList<IConfigurationSource> Sources(
        IReadOnlyDictionary<string, string?> file, IReadOnlyDictionary<string, string?> overrides) =>
    [
        new MemoryConfigurationSource { InitialData = Defaults },
        new MemoryConfigurationSource { InitialData = file },
        new EnvironmentVariablesConfigurationSource(),
        new MemoryConfigurationSource { InitialData = overrides },
    ];

    /// <summary>The settings as they stand.</summary>
    /// <inheritdoc cref="Sources" path="/param"/>
    public static IConfigurationRoot Build(IReadOnlyDictionary<string, string?> file, IReadOnlyDictionary<string, string?> overrides)
    {
        var builder = new ConfigurationBuilder();
        foreach (var source in Sources(file, overrides)) builder.Add(source);
        return builder.Build();
    }
}
