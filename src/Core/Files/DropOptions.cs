namespace SparrowFunctions.Files;

/// <summary>The settings under <c>Drop</c>.</summary>
public sealed class DropOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Drop";

    /// <summary>What is asked about a dropped file that no <c>_prompt.md</c> stands above.</summary>
    public string DefaultPrompt { get; set; } = "Analyse the attached file: say what it is, summarise it, and point out what stands out.";
}
