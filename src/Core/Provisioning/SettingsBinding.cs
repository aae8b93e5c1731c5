using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SparrowFunctions.Provisioning;

/// <summary>How every section of settings becomes options: its texts are checked first, then bound, then held against the section's rules, all when the host starts.</summary>
public static class SettingsBinding
{
    /// <summary>Adds the options of a section that has no rules beyond the types of its values.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">The app's settings.</param>
    /// <param name="section">The section's name.</param>
    /// <param name="bind">Binds the section; a lambda of the caller, since binding code is generated only where the type is written out.</param>
    public static IServiceCollection AddSettings<TOptions>(
        this IServiceCollection services, IConfiguration configuration, string section, Action<IConfigurationSection, TOptions> bind)
        where TOptions : class, new()
    {
        services.AddOptions<TOptions>().Configure(options => Bind(configuration.GetSection(section), options, bind)).ValidateOnStart();
        return services;
    }

    /// <summary>Adds the options of a section with its rules.</summary>
    /// <inheritdoc cref="AddSettings{TOptions}" path="/param"/>
    public static IServiceCollection AddSettings<TOptions, TRules>(
        this IServiceCollection services, IConfiguration configuration, string section, Action<IConfigurationSection, TOptions> bind)
        where TOptions : class, new()
        where TRules : class, IValidateOptions<TOptions> =>
        services.AddSingleton<IValidateOptions<TOptions>, TRules>().AddSettings(configuration, section, bind);

    private static void Bind<TOptions>(IConfigurationSection section, TOptions options, Action<IConfigurationSection, TOptions> bind)
        where TOptions : class, new()
    {
        var problems = SettingTexts.Problems(section, options);
        if (problems.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), problems);
        bind(section, options);
    }
}
