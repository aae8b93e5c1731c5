using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Conversations;
using SparrowFunctions.Files;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Telemetry;
using SparrowFunctions.Web;

namespace SparrowFunctions;

/// <summary>The whole pipeline, registered: what the deployed app, the local host and the tests all call.</summary>
public static class SparrowCore
{
    /// <summary>Adds every stage, from left to right. Settings are checked when the host starts; a wrong one stops it and says which.</summary>
    public static IServiceCollection AddSparrowCore(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRandomSource, SystemRandomSource>();
        services.AddMetrics();
        return services
            .AddStorage(configuration)
            .AddTelemetry()
            .AddSparrow(configuration)
            .AddIntake(configuration)
            .AddJobs(configuration)
            .AddConversations(configuration)
            .AddFiles(configuration)
            .AddResults(configuration)
            .AddCallbacks()
            .AddWeb()
            .AddSingleton<JobCall>()
            .AddSingleton<JobEnding>()
            .AddSingleton<JobAttempt>()
            .AddSingleton<RowOrder>()
            .AddSingleton<JobRunner>()
            .AddSingleton<BatchRows>()
            .AddSingleton<BatchGathering>()
            .AddSingleton<Batches>()
            .AddSingleton<Deliveries>()
            .AddSingleton<Drops>()
            .AddSingleton<DropSweep>()
            .AddSingleton<PoisonSweep>()
            .AddSingleton<Redrive>()
            .AddSingleton<Chats>()
            .AddSingleton<Cancellation>()
            .AddSingleton<Hooks>()
            .AddSingleton<Health>();
    }
}
