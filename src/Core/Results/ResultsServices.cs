using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SparrowFunctions.Results;

/// <summary>Registers the end of the pipeline.</summary>
public static class ResultsServices
{
    /// <summary>Adds the result store and the settings under <c>Results</c>.</summary>
    public static IServiceCollection AddResults(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ResultsOptions>().Bind(configuration.GetSection(ResultsOptions.Section)).ValidateOnStart();
        return services.AddSingleton<ResultStore>();
    }
}
