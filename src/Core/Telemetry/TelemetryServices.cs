using Microsoft.Extensions.DependencyInjection;

namespace SparrowFunctions.Telemetry;

/// <summary>Registers what watches.</summary>
public static class TelemetryServices
{
    /// <summary>Adds metrics.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services) => services.AddSingleton<SparrowMetrics>();
}
