namespace SparrowFunctions.Intake.Hooks;

/// <summary>How the sender of a hook's deliveries proves who it is.</summary>
public enum HookScheme
{
    /// <summary>Not at all; only the function key guards the hook.</summary>
    None,

    /// <summary>GitHub: <c>X-Hub-Signature-256</c> over the body.</summary>
    Github,

    /// <summary>Standard Webhooks: <c>webhook-signature</c> over id, time and body.</summary>
    Standard,

    /// <summary>Slack: <c>X-Slack-Signature</c> over time and body.</summary>
    Slack,
}
