using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Jobs.Gates;
using SparrowFunctions.Jobs.Leases;
using SparrowFunctions.Jobs.Permits;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>Registers the ledger and what belongs to it.</summary>
public static class JobServices
{
    /// <summary>Adds ledger, leases, gate, permits, queue <c>work</c>, dead letters and the settings under <c>Jobs</c> and <c>Gate</c>.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<JobOptions, JobOptionsRules>(configuration, JobOptions.Section, static (section, options) => section.Bind(options));
        services.AddSettings<GateOptions, GateOptionsRules>(configuration, GateOptions.Section, static (section, options) => section.Bind(options));
        services.TryAddSingleton(HostJson.OfApp(configuration));
        return services
            .AddSingleton<IValidateOptions<SparrowOptions>, CallTimeRules>()
            .AddSingleton(provider => FunctionTimeout.Read(configuration, provider.GetRequiredService<HostJson>()))
            .AddSingleton<Invocations>()
            .AddSingleton<JobLedger>()
            .AddSingleton<JobList>()
            .AddSingleton<EndedJobs>()
            .AddSingleton<WorkQueue>()
            .AddSingleton<WaitingRoom>()
            .AddSingleton<DeadLetters>()
            .AddSingleton<BatchStates>()
            .AddSingleton<EndedRows>()
            .AddSingleton<WorkerTable>()
            .AddSingleton<Worker>()
            .AddSingleton<Takeover>()
            .AddSingleton<CallPermits>()
            .AddSingleton<KeyGate>()
            .AddSingleton<OutageWatch>();
    }
}
