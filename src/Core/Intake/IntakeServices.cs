using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Intake;

/// <summary>Registers the front of the pipeline.</summary>
public static class IntakeServices
{
    /// <summary>Adds intake and the settings under <c>Files</c>.</summary>
    public static IServiceCollection AddIntake(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<FilesOptions, FilesOptionsRules>(configuration, FilesOptions.Section, static (section, options) => section.Bind(options));
        return services.AddSingleton<PromptBlobs>().AddSingleton<PromptIntake>().AddSingleton<BatchInput>();
    }
}
