using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>The app's settings, from weak to strong: defaults of development, local.settings.json, the environment, what the command line fixes.</summary>
public static class LocalSettings
{
    /// <summary>How the queue poller's longest wait is set over host.json.</summary>
    public const string PollingKey = "AzureFunctionsJobHost:extensions:queues:maxPollingInterval";

    private static readonly Dictionary<string, string?> Defaults = new() { [PollingKey] = "00:00:01" };

    // A sample shows a retry, and nobody wants to watch the usual ten seconds go by; the samples tell what happens, the log only what is odd
    private static readonly Dictionary<string, string?> DemoDefaults = new(Defaults)
    {
        ["Jobs:RetryDelay"] = "00:00:02",
        ["AzureFunctionsJobHost:logging:logLevel:default"] = "Warning",
    };

    /// <summary>The sources in order, for the builder of the app.</summary>
    /// <param name="file">What local.settings.json says.</param>
    /// <param name="overrides">What is fixed by the command line and by what was started.</param>
    /// <param name="demo">True for the defaults of the demo: a failed call is tried again after two seconds, and only warnings are logged.</param>
    public static IReadOnlyList<IConfigurationSource> Sources(
        IReadOnlyDictionary<string, string?> file, IReadOnlyDictionary<string, string?> overrides, bool demo = false) =>
    [
        new MemoryConfigurationSource { InitialData = demo ? DemoDefaults : Defaults },
        new MemoryConfigurationSource { InitialData = file },
        new EnvironmentVariablesConfigurationSource(),
        new MemoryConfigurationSource { InitialData = overrides },
    ];

    /// <summary>The settings as they stand.</summary>
    /// <inheritdoc cref="Sources" path="/param"/>
    public static IConfigurationRoot Build(
        IReadOnlyDictionary<string, string?> file, IReadOnlyDictionary<string, string?> overrides, bool demo = false)
    {
        var builder = new ConfigurationBuilder();
        foreach (var source in Sources(file, overrides, demo)) builder.Add(source);
        return builder.Build();
    }
}
