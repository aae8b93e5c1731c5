namespace SparrowFunctions.Intake.Dropped;

/// <summary>What a <c>_prompt.md</c> asks for.</summary>
/// <param name="Prompt">The prompt; its text is null when the file has none, so that the app's own is asked.</param>
/// <param name="Together">Whether the files of a folder are one job, which begins when the folder is marked ready.</param>
public sealed record DropInstructions(Prompt Prompt, bool Together)
{
    /// <summary>Where there is no such file.</summary>
    public static DropInstructions None { get; } = new(new Prompt(), Together: false);
}
