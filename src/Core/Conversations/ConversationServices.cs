using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Conversations;

/// <summary>Registers the order of turns.</summary>
public static class ConversationServices
{
    /// <summary>Adds conversations and the settings under <c>Conversations</c>.</summary>
    public static IServiceCollection AddConversations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ConversationOptions, ConversationOptionsRules>(configuration, ConversationOptions.Section, static (section, options) => section.Bind(options));
        return services.AddSingleton<TurnTable>().AddSingleton<WaitingLine>().AddSingleton<Floor>().AddSingleton<Transcripts>();
    }
}
