using System.Text.Json;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Web;

/// <summary>Route <c>/api/conversations</c>, with the rest of the address sent as it stands.</summary>
internal static class ConversationRoute
{
    /// <summary>A key as the query holds it.</summary>
    public static string ByQuery(string key) => $"?key={Uri.EscapeDataString(key)}";

    /// <summary>Asks for a conversation. With the status comes the key of what was found, or the field that is wrong.</summary>
    public static async Task<(int Status, string Told)> AskAsync(Uri server, string method, string address)
    {
        var (status, text) = await RawHttp.SendAsync(server, method, $"/api/conversations{address}");
        var told = status switch
        {
            200 => JsonDocument.Parse(text).RootElement.GetProperty("conversation").GetString()!,
            400 => JsonDocument.Parse(text).RootElement.GetProperty("errors")[0].GetProperty("field").GetString()!,
            _ => "",
        };
        return (status, told);
    }
}
