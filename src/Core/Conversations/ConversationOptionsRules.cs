using Microsoft.Extensions.Options;

namespace SparrowFunctions.Conversations;

/// <summary>What the settings under <c>Conversations</c> may be.</summary>
internal sealed class ConversationOptionsRules : IValidateOptions<ConversationOptions>
{
    public ValidateOptionsResult Validate(string? name, ConversationOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.GapTimeout < TimeSpan.FromSeconds(1) || options.GapTimeout > TimeSpan.FromDays(7))
            result.AddError($"Conversations__GapTimeout is {options.GapTimeout}; allowed is 00:00:01 to 7.00:00:00.");
        if (options.MaxContextCharacters is < 0 or > 1_000_000)
            result.AddError($"Conversations__MaxContextCharacters is {options.MaxContextCharacters}; allowed is 0 to 1000000.");
        return result.Build();
    }
}
