using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Intake;

/// <summary>Registers the front of the pipeline.</summary>
public static class IntakeServices
{
    /// <summary>Adds intake, inbound webhooks and the settings under <c>Files</c>, <c>Callbacks</c> and <c>Hooks</c>.</summary>
    public static IServiceCollection AddIntake(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<FilesOptions, FilesOptionsRules>(configuration, FilesOptions.Section, static (section, options) => section.Bind(options));
        services.AddSettings<CallbackOptions, CallbackOptionsRules>(configuration, CallbackOptions.Section, static (section, options) => section.Bind(options));
        return services.AddHooks(configuration).AddSingleton<PromptBlobs>().AddSingleton<PromptIntake>().AddSingleton<DropFolder>().AddSingleton<BatchInput>();
    }
}
