using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace SparrowFunctions.Provisioning;

/// <summary>Names of settings as users write them, and which of them an unknown one was meant to be.</summary>
internal static class SettingNames
{
    /// <summary>The name of a setting or section: two underscores for every level.</summary>
    public static string Of(IConfigurationSection setting) => setting.Path.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>Whether a property of options is a section of settings of its own.</summary>
    public static bool IsSection(PropertyInfo property) => property.PropertyType.IsClass && property.PropertyType.Assembly == typeof(SettingNames).Assembly;

    /// <summary>Says that a setting is unknown, and which one was meant, or which ones there are.</summary>
    /// <param name="setting">The unknown one.</param>
    /// <param name="section">Where it stands.</param>
    /// <param name="options">The options of that section.</param>
    public static string Unknown(IConfigurationSection setting, IConfigurationSection section, object options)
    {
        var name = Of(setting);
        var known = All(Of(section), options).ToArray();
        var nearest = known.MinBy(candidate => Distance(Plain(name), Plain(candidate)));
        if (nearest is not null && Distance(Plain(name), Plain(nearest)) <= Math.Max(2, setting.Key.Length / 4))
            return $"{name} is no setting of this app: did you mean {nearest}?";
        return $"{name} is no setting of this app: {Of(section)} has {string.Join(", ", known)}. Correct the name or remove it.";
    }

    private static IEnumerable<string> All(string section, object options) => SettingTexts.Properties(options).SelectMany(property =>
        IsSection(property) && property.GetValue(options) is { } inner ? All($"{section}__{property.Name}", inner) : [$"{section}__{property.Name}"]);

    // A missing or doubled underscore is the likeliest slip of all
    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    // Levenshtein's: insertions, deletions and replacements of one character
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[to.Length];
    }
}
