using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SparrowFunctions.Conversations;

/// <summary>Registers the order of turns.</summary>
public static class ConversationServices
{
    /// <summary>Adds conversations and the settings under <c>Conversations</c>.</summary>
    public static IServiceCollection AddConversations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<ConversationOptions>, ConversationOptionsRules>();
        services.AddOptions<ConversationOptions>().Bind(configuration.GetSection(ConversationOptions.Section)).ValidateOnStart();
        return services.AddSingleton<TurnTable>().AddSingleton<Floor>();
    }
}
