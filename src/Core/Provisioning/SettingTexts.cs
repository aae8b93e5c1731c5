using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace SparrowFunctions.Provisioning;

/// <summary>
/// Finds settings that no option stands for and values that do not even parse, before binding ignores the former and trips over the first of
/// the latter, so that every one can be named as users write it. An empty value counts as not set, except where the option is a text.
/// </summary>
internal static class SettingTexts
{
    /// <summary>Longest value that is shown; what is longer may be a secret in the wrong place.</summary>
    private const int LongestShown = 24;

    /// <summary>One sentence for each setting of the section that can't be used. Values are shown only for numbers, times and words.</summary>
    /// <param name="section">What is set.</param>
    /// <param name="defaults">The options as they stand without settings; their types say what is allowed, their values serve as examples.</param>
    public static IReadOnlyList<string> Problems(IConfigurationSection section, object defaults)
    {
        var known = Properties(defaults).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        var problems = new List<string>();
        foreach (var child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out var property))
                problems.AddRange(Leaves(child).Select(leaf => SettingNames.Unknown(leaf, section, defaults)));
            else if (property.GetValue(defaults) is { } inner && SettingNames.IsSection(property))
                problems.AddRange(Problems(child, inner));
            else if (child.GetChildren().Any())
                problems.AddRange(Leaves(child).Where(leaf => leaf.Path != child.Path).Select(leaf => SettingNames.Unknown(leaf, section, defaults)));
            else if (child.Value is { Length: > 0 } text && Problem(property, defaults, text) is { } problem)
                problems.Add($"{SettingNames.Of(section)}__{property.Name} {problem}");
        }

        return problems;
    }

    /// <summary>The settings an options class stands for.</summary>
    internal static IEnumerable<PropertyInfo> Properties(object options) =>
        options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static IEnumerable<IConfigurationSection> Leaves(IConfigurationSection section)
    {
        var children = section.GetChildren().ToArray();
        return children.Length == 0 ? [section] : children.SelectMany(Leaves);
    }

    private static string? Problem(PropertyInfo property, object defaults, string text)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(TimeSpan))
        {
            // A bare number would be read as days, which nobody means
            return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _)
                ? null
                : $"is {Shown(text)}, which is no time span: write hh:mm:ss, for example {property.GetValue(defaults):c}.";
        }

        if (type == typeof(int))
        {
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"is {Shown(text)}, which is no whole number: write digits only, for example {property.GetValue(defaults)}.");
        }

        if (type == typeof(bool))
            return bool.TryParse(text, out _) ? null : $"is {Shown(text)}: write true or false.";
        if (type == typeof(Uri))
            return Uri.TryCreate(text, UriKind.Absolute, out _) ? null : $"is no address: write scheme and host, for example {((Uri?)property.GetValue(defaults))?.OriginalString}.";
        return type.IsEnum && !Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase)
            ? $"is {Shown(text)}: write one of {string.Join(", ", Enum.GetNames(type).Select(Word))}."
            : null;
    }

    private static string Shown(string text) =>
        text.Length <= LongestShown ? $"'{text}'" : string.Create(CultureInfo.InvariantCulture, $"a text of {text.Length} characters");

    // G0, G1, G2 keep their capital; words are written small
    private static string Word(string name) => name.Length > 2 ? char.ToLowerInvariant(name[0]) + name[1..] : name;
}
