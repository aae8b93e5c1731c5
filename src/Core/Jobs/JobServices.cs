using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SparrowFunctions.Jobs.Gates;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Jobs.Permits;

namespace SparrowFunctions.Jobs;

/// <summary>Registers the ledger and what belongs to it.</summary>
public static class JobServices
{
    /// <summary>Adds ledger, leases, gate, permits, queue <c>work</c>, dead letters and the settings under <c>Jobs</c> and <c>Gate</c>.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<JobOptions>, JobOptionsRules>();
        services.AddOptions<JobOptions>().Bind(configuration.GetSection(JobOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GateOptions>, GateOptionsRules>();
        services.AddOptions<GateOptions>().Bind(configuration.GetSection(GateOptions.Section)).ValidateOnStart();
        return services
            .AddSingleton(provider => new Invocations(configuration, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<JobLedger>()
            .AddSingleton<WorkQueue>()
            .AddSingleton<WaitingRoom>()
            .AddSingleton<DeadLetters>()
            .AddSingleton<WorkerTable>()
            .AddSingleton<Worker>()
            .AddSingleton<Takeover>()
            .AddSingleton<CallPermits>()
            .AddSingleton<KeyGate>()
            .AddSingleton<OutageWatch>();
    }
}
