using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake.Hooks.Schemes;
using SparrowFunctions.Intake.Hooks.Templates;

namespace SparrowFunctions.Intake.Hooks;

/// <summary>What the settings under <c>Hooks</c> may be. No message holds a secret.</summary>
/// <param name="canCallBack">Whether callbacks can be signed: without, none is sent.</param>
internal sealed partial class HooksOptionsRules(bool canCallBack) : IValidateOptions<HooksOptions>
{
    private const int MaxWordLength = 128;

    public ValidateOptionsResult Validate(string? name, HooksOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var problem in options.Named.SelectMany(hook => Problems(hook.Key, hook.Value)))
            result.AddError(problem);
        return result.Build();
    }

    private IEnumerable<string> Problems(string name, HookOptions hook)
    {
        var setting = $"Hooks__{name}";
        if (!Name().IsMatch(name))
            yield return $"{setting} is no name of a hook, which is a part of its address: use 1 to 40 letters, digits, dashes and underscores.";
        if (hook.Scheme is null)
            yield return $"{setting}__Scheme is not set: write one of none, github, standard, slack. none lets in everybody who has the function key.";
        else if (SecretProblem(hook.Scheme.Value, hook.Secret) is { } problem)
            yield return $"{setting}__Secret {problem}";
        if (string.IsNullOrWhiteSpace(hook.Prompt))
            yield return $"{setting}__Prompt is not set: write what to ask about a delivery, for example 'Summarise: {{{{issue.title}}}}'.";
        foreach (var (field, text) in new[] { ("Prompt", hook.Prompt), ("Conversation", hook.Conversation) })
        {
            if (!Template.TryParse(text, out _, out var wrong))
                yield return $"{setting}__{field}, character {wrong.Position}: {wrong.Problem} {wrong.Remedy}";
        }

        foreach (var (field, text) in new[] { ("Model", hook.Model), ("GizmoId", hook.GizmoId) })
        {
            if (text.Length > MaxWordLength)
                yield return $"{setting}__{field} has {text.Length} characters: write at most {MaxWordLength}.";
        }

        if (hook.CallbackUrl.Length > 0 && !IsAddress(hook.CallbackUrl))
            yield return $"{setting}__CallbackUrl is no address that can be called: write https://, host and path, without user name and password.";
        else if (hook.CallbackUrl.Length > 0 && !canCallBack)
            yield return $"{setting}__CallbackUrl is set while Callbacks__Secret is not, and unsigned callbacks are not sent: set the secret, or remove the address.";
    }

    private static string? SecretProblem(HookScheme scheme, string secret) => scheme switch
    {
        HookScheme.None => secret.Length == 0 ? null : "is set, and scheme none checks no signature: choose github, standard or slack, or remove the secret.",
        HookScheme.Standard => StandardScheme.TryReadKeys(secret, out _)
            ? null : "is missing or no signing secret: scheme standard takes whsec_ followed by the base64 of 24 to 64 bytes, several separated by spaces.",
        HookScheme.Github => secret.Length > 0 && secret == secret.Trim()
            ? null : "is missing or has white space around it: scheme github takes the secret that was entered at GitHub.",
        HookScheme.Slack => secret.Length > 0 && secret.All(char.IsAsciiLetterOrDigit)
            ? null : "is missing or no signing secret of Slack: scheme slack takes the Signing Secret of the app's page Basic Information, letters and digits only.",
        _ => "belongs to no scheme: write one of none, github, standard, slack as Scheme.",
    };

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.UserInfo.Length == 0;

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,40}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
