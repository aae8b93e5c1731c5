using Microsoft.Extensions.DependencyInjection;

namespace SparrowFunctions.Web;

/// <summary>Registers the way in by HTTP.</summary>
public static class WebServices
{
    /// <summary>Adds what the HTTP triggers call.</summary>
    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddSingleton<Answering>()
        .AddSingleton<Continuation>()
        .AddSingleton<JobViews>()
        .AddSingleton<ChatRequests>()
        .AddSingleton<HookRequests>()
        .AddSingleton<JobRequests>()
        .AddSingleton<StoredFiles>()
        .AddSingleton<DeadLetterRequests>()
        .AddSingleton<ConversationRequests>()
        .AddSingleton<GateRequests>()
        .AddSingleton<OpenApi>();
}
