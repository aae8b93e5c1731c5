using System.Text.RegularExpressions;

namespace SparrowFunctions.LocalHost.Host.Definition;

/// <summary>Replaces <c>%Setting%</c> in the texts of trigger attributes.</summary>
internal static partial class SettingTokens
{
    /// <summary>The text with the settings' values; a missing setting is a problem and stays as written.</summary>
    public static string Resolve(string text, IConfiguration settings, Action<string> refuse) =>
        Token().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            if (settings[name.Replace("__", ":", StringComparison.Ordinal)] is { Length: > 0 } value)
            {
                return value;
            }

            refuse($"'{text}' names the setting {name}, which is not set. Set it, or write the value itself.");
            return match.Value;
        });

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();
}
