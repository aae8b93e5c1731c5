using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Provisioning.Outbound;
using SparrowFunctions.Sparrow.Calls;
using SparrowFunctions.Sparrow.Downloads;
using SparrowFunctions.Sparrow.Settings;

namespace SparrowFunctions.Sparrow;

/// <summary>Puts Sparrow's clients and settings into a container.</summary>
public static class SparrowRegistration
{
    /// <summary>
    /// Adds <see cref="SparrowClient"/>, <see cref="SparrowDownloads"/> and <see cref="SparrowOptions"/>, read from the section <c>Sparrow</c>
    /// of <paramref name="configuration"/> and checked when the host starts.
    /// </summary>
    public static IServiceCollection AddSparrow(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<SparrowOptions>, SparrowOptionsValidator>();
        services.AddSettings<SparrowOptions, SparrowSettingsRules>(configuration, SparrowOptions.Section, static (section, options) => section.Bind(options));

        services.AddOutbound();
        Sockets(services.AddHttpClient<SparrowClient>(), static provider => SparrowHandlers.ForCalls(Options(provider)));
        Sockets(
            services.AddHttpClient<SparrowDownloads>(),
            static provider => SparrowHandlers.ForDownloads(Options(provider), provider.GetRequiredService<ConnectionGuard>()));
        return services;
    }

    private static SparrowOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<SparrowOptions>>().Value;

    private static void Sockets(IHttpClientBuilder client, Func<IServiceProvider, SocketsHttpHandler> handler) =>
        client
            .ConfigureHttpClient(static http => http.Timeout = Timeout.InfiniteTimeSpan) // every call has a deadline of its own
            .ConfigurePrimaryHttpMessageHandler(handler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // connections are renewed by the handler itself
            .RemoveAllLoggers(); // they would write addresses that carry signatures
}
