using System.Diagnostics.CodeAnalysis;

namespace SparrowFunctions.Intake.Hooks;

/// <summary>A delivery as it came over the wire, before anything is believed.</summary>
/// <param name="Headers">Its headers, found in any case.</param>
/// <param name="Body">Its body, to the byte: that is what signatures are made over.</param>
public sealed record HookRequest(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the body is a form (<c>application/x-www-form-urlencoded</c>) and not JSON.</summary>
    public bool IsForm => TryGetHeader("Content-Type", out var type) && type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of a header that is there and not empty.</summary>
    public bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => Headers.TryGetValue(name, out value) && value.Length > 0;

    /// <summary>The value of a header; null when it is not there or empty.</summary>
    public string? Header(string name) => TryGetHeader(name, out var value) ? value : null;
}
