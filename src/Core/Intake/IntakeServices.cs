using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SparrowFunctions.Intake;

/// <summary>Registers the front of the pipeline.</summary>
public static class IntakeServices
{
    /// <summary>Adds intake and the settings under <c>Files</c>.</summary>
    public static IServiceCollection AddIntake(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<FilesOptions>, FilesOptionsRules>();
        services.AddOptions<FilesOptions>().Bind(configuration.GetSection(FilesOptions.Section)).ValidateOnStart();
        return services.AddSingleton<PromptBlobs>().AddSingleton<PromptIntake>();
    }
}
