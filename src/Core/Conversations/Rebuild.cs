using System.Text;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Conversations;

/// <summary>Puts a conversation's past before a new question. Pure.</summary>
public static class Rebuild
{
    /// <summary>The past and the question as messages, for the openai-system routes.</summary>
    public static IReadOnlyList<ChatMessage> AsMessages(IReadOnlyList<Exchange> past, IReadOnlyList<ChatMessage> question) =>
    [
        .. past.SelectMany(exchange => (ChatMessage[])[new("user", exchange.User), new("assistant", exchange.Answer)]).Where(message => message.Content.Length > 0),
        .. question,
    ];

    /// <summary>The past and the question as one text, for routes that take only one.</summary>
    public static string AsText(IReadOnlyList<Exchange> past, string question)
    {
        var text = new StringBuilder("This is our conversation so far.\n");
        foreach (var exchange in past)
            text.Append("\nI said:\n").Append(exchange.User).Append("\n\nYou answered:\n").Append(exchange.Answer).Append('\n');
        return text.Append("\nNow I say:\n").Append(question).ToString();
    }
}
