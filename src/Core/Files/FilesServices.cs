using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.Files.Uploads;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Files;

/// <summary>Registers files in and out.</summary>
public static class FilesServices
{
    /// <summary>Adds uploads, the saving of generated files and the settings under <c>Drop</c>.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DropOptions, DropOptionsRules>(configuration, DropOptions.Section, static (section, options) => section.Bind(options));
        return services.AddSingleton<AttachmentTable>().AddSingleton<FileUploads>().AddSingleton<GeneratedFiles>();
    }
}
