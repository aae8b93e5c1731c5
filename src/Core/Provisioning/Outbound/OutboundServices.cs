using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace SparrowFunctions.Provisioning.Outbound;

/// <summary>Registers what guards connections to hosts of somebody else's choosing.</summary>
public static class OutboundServices
{
    /// <summary>Adds <see cref="ConnectionGuard"/>; may be called more than once.</summary>
    public static IServiceCollection AddOutbound(this IServiceCollection services)
    {
        services.TryAddSingleton<INetwork, SystemNetwork>();
        services.TryAddSingleton<ConnectionGuard>();
        return services;
    }
}
