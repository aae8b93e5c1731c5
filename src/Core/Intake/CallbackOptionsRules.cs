using Microsoft.Extensions.Options;

namespace SparrowFunctions.Intake;

/// <summary>What the settings under <c>Callbacks</c> may be. No message holds a secret.</summary>
internal sealed class CallbackOptionsRules : IValidateOptions<CallbackOptions>
{
    private const string Prefix = "whsec_";

    public ValidateOptionsResult Validate(string? name, CallbackOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (!options.Secrets.All(IsSecret))
            result.AddError("Callbacks__Secret is no signing secret; write whsec_ followed by the base64 of 24 to 64 random bytes, several separated by spaces.");
        foreach (var host in options.Hosts.Where(host => Uri.CheckHostName(host) == UriHostNameType.Unknown))
            result.AddError($"Callbacks__AllowedHosts names '{host}', which is no host; write names or addresses without scheme, port and path, separated by commas.");
        return result.Build();
    }

    // The form and length are those of the Standard Webhooks specification
    private static bool IsSecret(string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length) && length >= 24;
    }
}
