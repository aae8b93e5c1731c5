using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SparrowFunctions.Jobs;

/// <summary>Registers the ledger and what belongs to it.</summary>
public static class JobServices
{
    /// <summary>Adds ledger, queue <c>work</c>, dead letters and the settings under <c>Jobs</c>.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<JobOptions>, JobOptionsRules>();
        services.AddOptions<JobOptions>().Bind(configuration.GetSection(JobOptions.Section)).ValidateOnStart();
        return services.AddSingleton<JobLedger>().AddSingleton<WorkQueue>().AddSingleton<DeadLetters>();
    }
}
