using Microsoft.Extensions.Options;
using SparrowFunctions.Sparrow.Requests;

namespace SparrowFunctions.Sparrow.Settings;

/// <summary>Checks what attributes cannot: addresses, the key's form, and settings that depend on each other. No message holds the key.</summary>
internal sealed class SparrowSettingsRules : IValidateOptions<SparrowOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SparrowOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var problem in Problems(options))
        {
            result.AddError(problem);
        }

        return result.Build();
    }

    private static IEnumerable<string> Problems(SparrowOptions options)
    {
        if (Address("Sparrow__BaseUrl", options.BaseUrl) is { } baseUrl) yield return baseUrl;
        if (Address("Sparrow__FreeBaseUrl", options.FreeBaseUrl) is { } freeBaseUrl) yield return freeBaseUrl;
        if (Key(options.ApiKey) is { } key) yield return key;

        if (!Enum.IsDefined(options.Mode)) yield return "Sparrow__Mode is not a mode: write standard, concurrent or free.";
        if (!Enum.IsDefined(options.Authorization)) yield return "Sparrow__Authorization is not a form: write bearer or bare.";
        if (!Enum.IsDefined(options.FreeAuthorization)) yield return "Sparrow__FreeAuthorization is not a form: write bearer or bare.";
        if (!Enum.IsDefined(options.Profile))
        {
            yield return "Sparrow__Profile is not a profile: write G0, G1 or G2.";
            yield break;
        }

        if (options.Mode == SparrowMode.Free && !string.IsNullOrEmpty(options.GizmoId))
        {
            yield return "Sparrow__GizmoId is set while Sparrow__Mode is free, which knows no GPTs: clear one of the two.";
        }
        else if (Enum.IsDefined(options.Mode) && new SparrowRoutes(options.Profile, options.Paths).Resolve(DefaultRoute(options), options.Mode) is null)
        {
            yield return $"Sparrow__Mode is {Lower(options.Mode)}, which profile {options.Profile} has no route for: choose another Sparrow__Profile or mode, " +
                $"or set Sparrow__Paths__{SparrowRoutes.SettingOf(DefaultRoute(options), options.Mode)}.";
        }

        if (options.CallRetryWindow >= options.RequestTimeout)
        {
            yield return $"Sparrow__CallRetryWindow ({options.CallRetryWindow:c}) is not shorter than Sparrow__RequestTimeout ({options.RequestTimeout:c}): lower it, or raise the timeout.";
        }

        if (options.ConnectTimeout > options.RequestTimeout)
        {
            yield return $"Sparrow__ConnectTimeout ({options.ConnectTimeout:c}) is longer than Sparrow__RequestTimeout ({options.RequestTimeout:c}): lower it, or raise the timeout.";
        }
    }

    private static SparrowRoute DefaultRoute(SparrowOptions options) =>
        SparrowRoutes.RouteOf(options.Mode, hasMessages: false, hasGizmo: !string.IsNullOrEmpty(options.GizmoId));

    private static string? Address(string setting, Uri? address) => address switch
    {
        null => null, // said by its attribute
        { IsAbsoluteUri: false } => $"{setting} is not an absolute address: write https:// and the host.",
        _ when address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback) =>
            $"{setting} must be https; http is allowed only for a loopback address such as http://localhost:7072.",
        { UserInfo.Length: > 0 } => $"{setting} holds a user name or password: leave them out, the key goes to Sparrow__ApiKey.",
        _ when address.Query.Length > 0 || address.Fragment.Length > 0 => $"{setting} has a query or fragment: write scheme, host and perhaps a path.",
        _ => null,
    };

    private static string? Key(string? key)
    {
        if (string.IsNullOrEmpty(key)) return null; // said by its attribute
        if (key.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return "Sparrow__ApiKey begins with Bearer: write the key alone; Sparrow__Authorization decides how it is sent.";
        }

        // What stands in the setting when Azure could not put the secret in its place
        if (key.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase))
        {
            return "Sparrow__ApiKey is a Key Vault reference that Azure could not resolve: see that the vault holds the secret and that the app's identity may read it "
                + "(role Key Vault Secrets User), then set the reference again.";
        }

        return key.All(static c => c is > ' ' and < '\x7f')
            ? null
            : "Sparrow__ApiKey holds a space, a line break or another character that cannot be sent in a header: copy the key again, without anything around it.";
    }

    private static string Lower(SparrowMode mode) => mode == SparrowMode.Concurrent ? "concurrent" : mode == SparrowMode.Free ? "free" : "standard";
}
