using Microsoft.Extensions.DependencyInjection;

namespace SparrowFunctions.Files;

/// <summary>Registers files in and out.</summary>
public static class FilesServices
{
    /// <summary>Adds uploads and the saving of generated files.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services) => services.AddSingleton<FileUploads>().AddSingleton<GeneratedFiles>();
}
