using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Results.Batching;

namespace SparrowFunctions.Results;

/// <summary>Registers the end of the pipeline.</summary>
public static class ResultsServices
{
    /// <summary>Adds the result store and the settings under <c>Results</c>.</summary>
    public static IServiceCollection AddResults(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ResultsOptions>(configuration, ResultsOptions.Section, static (section, options) => section.Bind(options));
        return services.AddSingleton<ResultStore>().AddSingleton<OutcomePrecedence>().AddSingleton<DropOutcomes>().AddSingleton<BatchOutput>().AddSingleton<BatchSummaries>();
    }
}
