using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Intake.Hooks;

/// <summary>Registers inbound webhooks.</summary>
public static class HookServices
{
    /// <summary>Adds the hooks and the settings under <c>Hooks</c>.</summary>
    public static IServiceCollection AddHooks(this IServiceCollection services, IConfiguration configuration)
    {
        var canCallBack = !string.IsNullOrWhiteSpace(configuration["Callbacks:Secret"]);
        services.AddSingleton<IValidateOptions<HooksOptions>>(new HooksOptionsRules(canCallBack));
        services.AddOptions<HooksOptions>().Configure(options => Bind(configuration.GetSection(HooksOptions.Section), options)).ValidateOnStart();
        return services.AddSingleton<HookSet>();
    }

    // The names are the owner's, so each hook is checked and bound as a section of its own
    private static void Bind(IConfigurationSection section, HooksOptions options)
    {
        var problems = new List<string>();
        foreach (var child in section.GetChildren())
        {
            var hook = new HookOptions();
            var name = SettingNames.Of(child);
            if (child.Value is { Length: > 0 })
                problems.Add($"{name} has a value of its own: a hook has settings, for example {name}__Scheme.");
            problems.AddRange(SettingTexts.Problems(child, hook));
            if (problems.Count == 0)
                child.Bind(hook);
            options.Named[child.Key] = hook;
        }

        if (problems.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(HooksOptions), problems);
    }
}
