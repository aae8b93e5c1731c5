using System.Globalization;

namespace SparrowFunctions.LocalHost.Host.Settings;

/// <summary>Reads values of host.json or of the settings that override them, and collects what is wrong with them.</summary>
/// <param name="file">host.json itself.</param>
/// <param name="app">The app's settings.</param>
internal sealed class SettingValues(IConfiguration file, IConfiguration app)
{
    /// <summary>The section of app settings that overrides host.json, as in Azure.</summary>
    public const string OverrideSection = "AzureFunctionsJobHost";

    private readonly List<string> _problems = [];

    /// <summary>What was wrong, each with the setting's name and what is allowed.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <summary>The value of a setting of host.json, null when it is not set.</summary>
    public string? Text(string path) => app[$"{OverrideSection}:{path}"] ?? file[path];

    /// <summary>The settings directly below a path, the overriding ones last.</summary>
    public IEnumerable<IConfigurationSection> Children(string path) =>
        file.GetSection(path).GetChildren().Concat(app.GetSection($"{OverrideSection}:{path}").GetChildren());

    /// <summary>A whole number.</summary>
    public int Number(string path, int fallback, int least, int most)
    {
        if (Text(path) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        var allowed = most == int.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}";
        Refuse(path, text, allowed);
        return fallback;
    }

    /// <summary>A span of time, written <c>hh:mm:ss</c>.</summary>
    public TimeSpan Span(string path, TimeSpan fallback, TimeSpan least, TimeSpan most) => Span(path, Text(path), fallback, least, most);

    /// <summary>A span of time that is a setting of this host only, not of host.json.</summary>
    public TimeSpan LocalSpan(string key, TimeSpan fallback, TimeSpan least, TimeSpan most) => Span(key, app[key], fallback, least, most);

    /// <summary>Notes a value that can't be used.</summary>
    public void Refuse(string path, string value, string allowed) =>
        _problems.Add($"{path.Replace(':', '.')} is '{value}'; allowed is {allowed}.");

    private TimeSpan Span(string path, string? text, TimeSpan fallback, TimeSpan least, TimeSpan most)
    {
        if (text is null)
        {
            return fallback;
        }

        // a bare number would be read as days, which nobody means
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= least && span <= most)
        {
            return span;
        }

        Refuse(path, text, $"a time written hh:mm:ss, from {least:c} to {most:c}");
        return fallback;
    }
}
