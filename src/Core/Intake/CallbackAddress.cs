using System.Buffers;
using System.Globalization;
using System.Net;

namespace SparrowFunctions.Intake;

/// <summary>
/// What the address of a callback may be, as far as its text tells: https, a public name, no user, no fragment. Hosts that
/// <c>Callbacks__AllowedHosts</c> names may be anywhere. Where a name leads is known only when it is connected to. Pure.
/// </summary>
public static class CallbackAddress
{
    /// <summary>Longest address, in characters.</summary>
    public const int MaxLength = 2048;

    private const string Field = "callback.url";
    private const int HttpsPort = 443;
    private const int FirstFreePort = 1024;

    private static readonly SearchValues<char> NamesAreMadeOf = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address as the sender wrote it.</param>
    /// <param name="allowedHosts">The hosts that <c>Callbacks__AllowedHosts</c> names.</param>
    /// <param name="problem">What is wrong with it; null when nothing is.</param>
    /// <returns>The address, or null.</returns>
    public static Uri? Parse(string text, IReadOnlyList<string> allowedHosts, out FieldProblem? problem)
    {
        problem = text.Length > MaxLength
            ? Wrong($"is {text.Length} characters long.", $"An address may have {MaxLength}.")
            : text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\')
                ? Wrong("holds a space, a line break or a backslash.", "Write them percent-encoded, or leave them out.")
                : null;
        if (problem is not null)
            return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0 || !text.StartsWith($"{address.Scheme}://", StringComparison.OrdinalIgnoreCase))
            problem = Wrong("is no address.", "Write scheme and host, for example https://example.com/outcomes.");
        else
            problem = WrongInAnyCase(text, address) ?? (IsAllowed(address.IdnHost, allowedHosts) ? null : WrongForPublic(address));
        return problem is null ? address : null;
    }

    /// <summary>Whether a host may be anywhere.</summary>
    /// <param name="host">The host, as it is resolved.</param>
    /// <param name="allowedHosts">The hosts that <c>Callbacks__AllowedHosts</c> names.</param>
    public static bool IsAllowed(string host, IReadOnlyList<string> allowedHosts) =>
        allowedHosts.Any(allowed => string.Equals(allowed.Trim('[', ']'), host, StringComparison.OrdinalIgnoreCase));

    private static FieldProblem? WrongInAnyCase(string text, Uri address)
    {
        var afterScheme = text[(address.Scheme.Length + 3)..];
        var end = afterScheme.IndexOfAny(['/', '?', '#']);
        if ((end < 0 ? afterScheme : afterScheme[..end]).Contains('@', StringComparison.Ordinal))
            return Wrong("holds a user name or password.", "Leave them out: a callback proves itself by its signature.");
        if (text.Contains('#', StringComparison.Ordinal))
            return Wrong("has a fragment.", "Leave out # and what follows: no server gets to see it.");
        return address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp
            ? null
            : Wrong("is neither https nor http.", "Write an https address.");
    }

    private static FieldProblem? WrongForPublic(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttps)
            return Wrong("is not https.", "Write an https address; plain http is only for hosts that Callbacks__AllowedHosts names.");
        if (address.Port is not HttpsPort and < FirstFreePort)
            return Wrong(string.Create(CultureInfo.InvariantCulture, $"names port {address.Port}."), $"Use port {HttpsPort}, or one from {FirstFreePort} on.");

        var host = address.IdnHost;
        if (address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || IsNumber(host))
            return Wrong("names its host by number.", "Write the host's name; numbers are only for hosts that Callbacks__AllowedHosts names.");
        if (host.EndsWith('.'))
            return Wrong("has a dot after its host.", "Leave the dot out.");
        if (host.AsSpan().ContainsAnyExcept(NamesAreMadeOf))
            return Wrong("has a host that is no name.", "Write a name of letters, digits, hyphens and dots.");
        return !host.Contains('.', StringComparison.Ordinal) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? Wrong("names a host of the local network.", "Write its full public name, or have Callbacks__AllowedHosts name it.")
            : null;
    }

    // Resolvers take more for a number than Uri does: full-width digits, octal and hexadecimal parts, a dot at the end
    private static bool IsNumber(string host)
    {
        var name = host.TrimEnd('.');
        var last = name[(name.LastIndexOf('.') + 1)..];
        return IPAddress.TryParse(name, out _) || last.All(char.IsAsciiDigit) || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
    }

    private static FieldProblem Wrong(string problem, string remedy) => new(Field, problem, remedy);
}
