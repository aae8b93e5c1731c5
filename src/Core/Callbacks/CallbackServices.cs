using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning.Outbound;

namespace SparrowFunctions.Callbacks;

/// <summary>Registers callbacks to the senders of prompts.</summary>
public static class CallbackServices
{
    /// <summary>Adds what puts callbacks on their way and what delivers them.</summary>
    public static IServiceCollection AddCallbacks(this IServiceCollection services)
    {
        services.AddOutbound();
        services.AddHttpClient<CallbackSender>()
            .ConfigureHttpClient(static http => http.Timeout = Timeout.InfiniteTimeSpan) // every try has a deadline of its own
            .ConfigurePrimaryHttpMessageHandler(static provider => CallbackSender.Sockets(
                provider.GetRequiredService<ConnectionGuard>(), provider.GetRequiredService<IOptions<CallbackOptions>>().Value))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // connections are renewed by the handler itself
            .RemoveAllLoggers(); // they would write addresses, which may hold tokens
        return services
            .AddSingleton<CallbackQueue>()
            .AddSingleton<CallbackBodies>()
            .AddSingleton<CallbackOutbox>()
            .AddSingleton<CallbackDelivery>();
    }
}
