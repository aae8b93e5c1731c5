using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace SparrowFunctions.Sparrow.Settings;

/// <summary>
/// Finds values that do not even parse, before binding trips over the first of them, so that the message can name the setting as users write it.
/// </summary>
internal static class SettingTexts
{
    /// <summary>One sentence for each value of the section that its option's type cannot take. Values are shown only for numbers, times and words.</summary>
    public static IReadOnlyList<string> Problems(IConfigurationSection section, Type options)
    {
        var problems = new List<string>();
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var child = section.GetSection(property.Name);
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (child.Value is { Length: > 0 } text)
            {
                if (Problem(type, text) is { } problem) problems.Add($"{child.Path.Replace(":", "__", StringComparison.Ordinal)} {problem}");
            }
            else if (type.IsClass && type.Assembly == options.Assembly)
            {
                problems.AddRange(Problems(child, type));
            }
        }

        return problems;
    }

    private static string? Problem(Type type, string text)
    {
        if (type == typeof(TimeSpan))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _) ? null : $"is '{text}', which is no time span: write hh:mm:ss, for example 00:00:30.";
        }

        if (type == typeof(int))
        {
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : $"is '{text}', which is no whole number.";
        }

        if (type == typeof(bool))
        {
            return bool.TryParse(text, out _) ? null : $"is '{text}': write true or false.";
        }

        if (type == typeof(Uri))
        {
            return Uri.TryCreate(text, UriKind.Absolute, out _) ? null : "is no address: write scheme and host, for example https://beta.gpt4api.plus.";
        }

        return type.IsEnum && !Enum.TryParse(type, text, ignoreCase: true, out _)
            ? $"is '{text}': write one of {string.Join(", ", Enum.GetNames(type).Select(Word))}."
            : null;
    }

    // G0, G1, G2 keep their capital; words are written small.
    private static string Word(string name) => name.Length > 2 ? char.ToLowerInvariant(name[0]) + name[1..] : name;
}
