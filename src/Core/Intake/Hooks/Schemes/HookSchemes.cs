using System.Text.Json;

namespace SparrowFunctions.Intake.Hooks.Schemes;

/// <summary>The schemes of hooks, and what they share.</summary>
internal static class HookSchemes
{
    /// <summary>How old or how far ahead a signed time may be, 5 minutes included.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    // Longer ones are no times of this age, and would not fit
    private const int MaxTimeDigits = 11;

    /// <summary>The scheme that a hook is set to.</summary>
    public static IHookScheme Of(HookOptions options) => options.Scheme switch
    {
        HookScheme.Github => new GithubScheme(options.Secret),
        HookScheme.Standard => new StandardScheme(options.Secret),
        HookScheme.Slack => new SlackScheme(options.Secret),
        _ => new OpenScheme(),
    };

    /// <summary>What is said of a signature that is missing or wrong; never which, nor where.</summary>
    public static string Unsigned(string scheme) =>
        $"The signature is missing or wrong. Sign the body as scheme {scheme} says, with the secret that this hook is set to, and send it unchanged.";

    /// <summary>Null when a signed time in whole seconds since 1970 is near enough to now; otherwise what to say.</summary>
    public static string? Stale(string header, string seconds, DateTimeOffset now)
    {
        if (seconds.Length is 0 or > MaxTimeDigits || !seconds.All(char.IsAsciiDigit))
            return $"{header} is no time. Send the seconds since 1970 as digits.";
        var age = now - DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture));
        if (age.Duration() <= Tolerance)
            return null;
        return $"{header} is more than 5 minutes {(age > TimeSpan.Zero ? "ago" : "ahead")}. Sign and send the delivery anew, and check the sender's clock.";
    }

    /// <summary>A text at the top of a body; null when there is none.</summary>
    public static string? Text(JsonElement body, string name)
    {
        try
        {
            return body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                && value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text
            return null;
        }
    }
}
