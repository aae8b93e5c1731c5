namespace SparrowFunctions.LocalHost.Host.Definition;

/// <summary>The settings that switch a function off.</summary>
internal static class DisabledFunctions
{
    /// <summary>Whether <c>AzureWebJobs.{name}.Disabled</c> (or <c>AzureWebJobs__{name}__Disabled</c>) is <c>true</c> or <c>1</c>.</summary>
    public static bool Contains(string name, IConfiguration settings) =>
        IsOn(settings[$"AzureWebJobs.{name}.Disabled"]) || IsOn(settings[$"AzureWebJobs:{name}:Disabled"]);

    private static bool IsOn(string? value) => value?.Trim() is "1" || string.Equals(value?.Trim(), "true", StringComparison.OrdinalIgnoreCase);
}
