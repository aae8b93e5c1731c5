using Microsoft.Extensions.Options;

namespace SparrowFunctions.Files;

/// <summary>What the settings under <c>Drop</c> may be.</summary>
internal sealed class DropOptionsRules : IValidateOptions<DropOptions>
{
    public ValidateOptionsResult Validate(string? name, DropOptions options) => string.IsNullOrWhiteSpace(options.DefaultPrompt)
        ? ValidateOptionsResult.Fail("Drop__DefaultPrompt is empty; write what to ask about a dropped file, or remove the setting for the app's own prompt.")
        : ValidateOptionsResult.Success;
}
