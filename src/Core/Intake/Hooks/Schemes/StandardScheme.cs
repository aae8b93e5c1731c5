using System.Text.Json;

namespace SparrowFunctions.Intake.Hooks.Schemes;

/// <summary>
/// Standard Webhooks: base64 of the HMAC over <c>{webhook-id}.{webhook-timestamp}.{body}</c>, one or several in <c>webhook-signature</c>, each
/// behind <c>v1,</c>. One that fits one of the secrets is enough, so that both sides can exchange theirs.
/// </summary>
/// <param name="secrets">Secrets, separated by spaces.</param>
public sealed class StandardScheme(string secrets) : IHookScheme
{
    private const string Prefix = "whsec_";
    private const string Version = "v1,";
    private const int MinKeyBytes = 24;
    private const int MaxKeyBytes = 64;

    private readonly IReadOnlyList<byte[]> _keys = TryReadKeys(secrets, out var keys) ? keys : throw new ArgumentException("Not secrets of Standard Webhooks.", nameof(secrets));

    /// <summary>Reads secrets of the specification's form.</summary>
    /// <param name="secrets">Each <c>whsec_</c> and the base64 of 24 to 64 bytes; separated by spaces.</param>
    /// <param name="keys">The bytes of each.</param>
    /// <returns>False when there is none, or one is of another form.</returns>
    public static bool TryReadKeys(string secrets, out IReadOnlyList<byte[]> keys)
    {
        var read = new List<byte[]>();
        keys = read;
        Span<byte> bytes = stackalloc byte[MaxKeyBytes];
        foreach (var secret in secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || !Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length) || length < MinKeyBytes)
                return false;
            read.Add(bytes[..length].ToArray());
        }

        return read.Count > 0;
    }

    /// <inheritdoc/>
    public string? Refuse(HookRequest request, DateTimeOffset now)
    {
        var time = request.Header("webhook-timestamp") ?? "";
        return request.TryGetHeader("webhook-id", out var id) && request.TryGetHeader("webhook-signature", out var shown) && IsSigned(request, id, time, shown)
            ? HookSchemes.Stale("webhook-timestamp", time, now)
            : HookSchemes.Unsigned("standard");
    }

    /// <inheritdoc/>
    public HookEvent Read(HookRequest request, JsonElement body) => new(request.Header("webhook-id"), HookSchemes.Text(body, "type"));

    private bool IsSigned(HookRequest request, string id, string time, string shown)
    {
        var signatures = shown.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = false;
        foreach (var key in _keys)
        {
            var expected = Version + Convert.ToBase64String(SignatureCheck.Hmac(key, $"{id}.{time}.", request.Body.Span));
            foreach (var signature in signatures)
                found |= SignatureCheck.Same(expected, signature);
        }

        return found;
    }
}
