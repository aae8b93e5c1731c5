using Microsoft.Extensions.DependencyInjection;

namespace SparrowFunctions.Telemetry;

/// <summary>Registers what watches.</summary>
public static class TelemetryServices
{
    /// <summary>Adds metrics and health.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services) => services.AddSingleton<SparrowMetrics>().AddSingleton<Health>();
}
