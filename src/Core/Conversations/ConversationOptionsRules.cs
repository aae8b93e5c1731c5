using System.Globalization;
using Microsoft.Extensions.Options;

namespace SparrowFunctions.Conversations;

/// <summary>What the settings under <c>Conversations</c> may be.</summary>
internal sealed class ConversationOptionsRules : IValidateOptions<ConversationOptions>
{
    private static readonly TimeSpan LongestGap = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, ConversationOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.GapTimeout < TimeSpan.Zero || options.GapTimeout > LongestGap)
            result.AddError($"Conversations__GapTimeout is {options.GapTimeout}; allowed is 00:00:00 to {LongestGap}.");
        if (options.MaxContextCharacters is < 100 or > 1_000_000)
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"Conversations__MaxContextCharacters is {options.MaxContextCharacters}; allowed is 100 to 1000000."));
        return result.Build();
    }
}
