namespace SparrowFunctions.Intake.Hooks;

/// <summary>The settings of one hook, under <c>Hooks__{name}</c>.</summary>
public sealed class HookOptions
{
    /// <summary>How its deliveries are signed; must be said, also when it is <see cref="HookScheme.None"/>.</summary>
    public HookScheme? Scheme { get; set; }

    /// <summary>
    /// What they are signed with. Never logged. For <see cref="HookScheme.Standard"/> <c>whsec_</c> and the base64 of 24 to 64 bytes; several, separated
    /// by spaces, while they are exchanged. For the others the sender's own text.
    /// </summary>
    public string Secret { get; set; } = "";

    /// <summary>The template of the prompt that a delivery becomes.</summary>
    public string Prompt { get; set; } = "";

    /// <summary>The template of the key of the conversation that the prompt is a turn of. Empty, also when filled in: none.</summary>
    public string Conversation { get; set; } = "";

    /// <summary>The model asked for; empty for the app's default.</summary>
    public string Model { get; set; } = "";

    /// <summary>The custom GPT asked for; empty for the app's default.</summary>
    public string GizmoId { get; set; } = "";

    /// <summary>Where the outcome is posted to; empty for nowhere.</summary>
    public string CallbackUrl { get; set; } = "";
}
