using System.Data.Common;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions;

/// <summary>Sends what the app logs, counts and traces to Application Insights, with the same settings as the host sends its own.</summary>
internal static class Monitoring
{
    private const string ConnectionString = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>Whether there is somewhere to send to; on a developer's machine there is not.</summary>
    public static bool IsConfigured(IConfiguration configuration) => configuration[ConnectionString] is { Length: > 0 };

    /// <summary>Exports logs, the app's meter and the app's traces.</summary>
    /// <param name="telemetry">What to export from.</param>
    /// <param name="configuration">Settings with the connection string, and with <c>ClientId=…;Authorization=AAD</c> where local authentication is off.</param>
    public static IOpenTelemetryBuilder UseMonitoring(this IOpenTelemetryBuilder telemetry, IConfiguration configuration)
    {
        // The HTTP client tells every request twice; the app's own lines say what came of it
        telemetry.Services.AddLogging(logging => logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning));
        // Alerts look for texts: without this only the template arrives
        telemetry.Services.Configure<OpenTelemetryLoggerOptions>(options => options.IncludeFormattedMessage = true);
        return telemetry
            .WithMetrics(metrics => metrics.AddMeter(SparrowMetrics.MeterName))
            .WithTracing(tracing => tracing.AddSource(SparrowTracing.SourceName))
            .UseAzureMonitorExporter(options =>
            {
                options.ConnectionString = configuration[ConnectionString];
                // Every job's trace, which is a few lines for a call of minutes; and every log line, whether its trace is kept or not
                options.TracesPerSecond = null;
                options.SamplingRatio = 1;
                options.EnableTraceBasedLogsSampler = false;
                if (configuration[Authentication] is { Length: > 0 } authentication)
                    options.Credential = new ManagedIdentityCredential(Identity(authentication));
            });
    }

    // A text like ClientId=…;Authorization=AAD; without a client id the app's own, system-assigned identity is meant
    private static ManagedIdentityId Identity(string authentication) =>
        new DbConnectionStringBuilder { ConnectionString = authentication }.TryGetValue("ClientId", out var id)
            ? ManagedIdentityId.FromUserAssignedClientId((string)id)
            : ManagedIdentityId.SystemAssigned;
}
