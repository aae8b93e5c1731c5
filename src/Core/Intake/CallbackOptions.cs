namespace SparrowFunctions.Intake;

/// <summary>The settings under <c>Callbacks</c>.</summary>
public sealed class CallbackOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Callbacks";

    /// <summary>
    /// What callbacks are signed with: <c>whsec_</c> and the base64 of 24 to 64 random bytes; several, separated by spaces, while they are exchanged.
    /// Never logged. Empty: no callback is accepted.
    /// </summary>
    public string Secret { get; set; } = "";

    /// <summary>Hosts that callbacks may reach over plain http and at private or loopback addresses, separated by commas; for development.</summary>
    public string AllowedHosts { get; set; } = "";

    /// <summary>The secrets one by one; the first signs first.</summary>
    public IReadOnlyList<string> Secrets => Secret.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The hosts one by one.</summary>
    public IReadOnlyList<string> Hosts => AllowedHosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
