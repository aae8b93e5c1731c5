using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Callbacks;

/// <summary>Registers callbacks to the senders of prompts.</summary>
public static class CallbackServices
{
    /// <summary>Adds the settings under <c>Callbacks</c>.</summary>
    public static IServiceCollection AddCallbacks(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSettings<CallbackOptions, CallbackOptionsRules>(configuration, CallbackOptions.Section, static (section, options) => section.Bind(options));
}
