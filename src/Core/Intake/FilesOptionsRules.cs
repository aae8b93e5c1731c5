using Microsoft.Extensions.Options;

namespace SparrowFunctions.Intake;

/// <summary>What the settings under <c>Files</c> may be.</summary>
internal sealed class FilesOptionsRules : IValidateOptions<FilesOptions>
{
    public ValidateOptionsResult Validate(string? name, FilesOptions options)
    {
        var platform = options.AllowedContainers
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(FilesOptions.IsPlatformContainer)
            .ToArray();
        return platform.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Files__AllowedContainers names {string.Join(", ", platform)}. Containers of the platform (azure-webjobs-…, $…) are never allowed; name containers of your own, separated by commas.");
    }
}
