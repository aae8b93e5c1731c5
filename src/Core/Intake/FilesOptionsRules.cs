using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace SparrowFunctions.Intake;

/// <summary>What the settings under <c>Files</c> may be.</summary>
internal sealed partial class FilesOptionsRules : IValidateOptions<FilesOptions>
{
    public ValidateOptionsResult Validate(string? name, FilesOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var container in options.AllowedContainers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (FilesOptions.IsPlatformContainer(container))
                result.AddError($"Files__AllowedContainers names {container}. Containers of the platform (azure-webjobs-…, $…) are never allowed; name containers of your own, separated by commas.");
            else if (!ContainerName().IsMatch(container))
                result.AddError($"Files__AllowedContainers names '{container}', which no container can be called; name containers by 3 to 63 lower-case letters, digits and hyphens, separated by commas.");
        }

        return result.Build();
    }

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ContainerName();
}
