using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SparrowFunctions.Jobs;
using SparrowFunctions.LocalHost.Host.Definition;
using SparrowFunctions.LocalHost.Host.Execution;
using SparrowFunctions.LocalHost.Host.Http;
using SparrowFunctions.LocalHost.Host.Settings;
using SparrowFunctions.LocalHost.Host.Storage;

namespace SparrowFunctions.LocalHost.Host;

/// <summary>Runs functions in a web application by the rules of the Functions platform.</summary>
internal static class FunctionsHostExtensions
{
    /// <summary>
    /// Adds the host of an assembly's functions. Settings are read when the application is built, so they may still be added
    /// after this call. The storage clients of the container are used when there are any.
    /// </summary>
    public static WebApplicationBuilder AddFunctionsHost(
        this WebApplicationBuilder builder, Assembly triggers, Action<FunctionsHostOptions>? configure = null) =>
        builder.AddFunctionsHost(triggers.GetTypes(), configure);

    /// <summary>Adds the host of the functions of the given classes.</summary>
    public static WebApplicationBuilder AddFunctionsHost(
        this WebApplicationBuilder builder, IReadOnlyCollection<Type> triggers, Action<FunctionsHostOptions>? configure = null)
    {
        var options = new FunctionsHostOptions();
        configure?.Invoke(options);

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRandomSource, SystemRandomSource>();
        services.AddSingleton(options);
        services.AddSingleton(_ => new HostJson(options.HostJson));
        services.AddSingleton(s => HostSettingsReader.Read(options.HostJson, s.GetRequiredService<IConfiguration>()));
        services.AddSingleton(s => FunctionCatalog.Load(triggers, s.GetRequiredService<IConfiguration>()));
        services.AddSingleton<HostShutdown>();
        services.AddSingleton<RunningFunctions>();
        services.AddSingleton<FunctionExecutor>();
        services.AddSingleton<StorageConnections>();
        services.AddSingleton<FunctionListenerFactory>();
        services.AddSingleton<FunctionKeys>();
        services.AddHostedService<FunctionListeners>();

        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainWindow + options.CancelGrace + TimeSpan.FromMilliseconds(500));
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = HttpFunction.MaxBodySize);
        services.AddOptions<LoggerFilterOptions>().Configure<HostSettings>(ApplyLogLevels);
        return builder;
    }

    /// <summary>Maps the HTTP functions.</summary>
    /// <exception cref="HostStartException">host.json, a setting or a function is wrong; the message says all of it.</exception>
    public static WebApplication MapFunctions(this WebApplication app)
    {
        var prefix = app.Services.GetRequiredService<HostSettings>().RoutePrefix;
        var keys = app.Services.GetRequiredService<FunctionKeys>();
        var executor = app.Services.GetRequiredService<FunctionExecutor>();
        foreach (var function in app.Services.GetRequiredService<FunctionCatalog>().Enabled)
        {
            if (function.Trigger is HttpTriggerDefinition http)
            {
                new HttpFunction(function, http, keys, executor).Map(app, prefix);
            }
        }

        return app;
    }

    private static void ApplyLogLevels(LoggerFilterOptions filters, HostSettings settings)
    {
        foreach (var (category, level) in settings.LogLevels)
        {
            var name = string.Equals(category, "default", StringComparison.OrdinalIgnoreCase) ? null : category;
            filters.Rules.Add(new LoggerFilterRule(providerName: null, name, level, filter: null));
        }
    }
}
