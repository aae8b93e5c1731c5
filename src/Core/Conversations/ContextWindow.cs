namespace SparrowFunctions.Conversations;

/// <summary>Chooses how much of a conversation's past a rebuilt one begins with. Pure.</summary>
public static class ContextWindow
{
    /// <summary>
    /// The newest exchanges that fit, oldest first. The newest of all is always there, cut at its front if it alone is too long;
    /// an older one is there whole or not at all, and nothing older than one that did not fit.
    /// </summary>
    /// <param name="exchanges">The past, oldest first.</param>
    /// <param name="maxCharacters">How many characters it may have in all; 0 for none of it.</param>
    public static IReadOnlyList<Exchange> Choose(IReadOnlyList<Exchange> exchanges, int maxCharacters)
    {
        var chosen = new LinkedList<Exchange>();
        var left = maxCharacters;
        for (var i = exchanges.Count - 1; i >= 0 && left > 0; i--)
        {
            var exchange = exchanges[i];
            if (exchange.Length > left)
            {
                if (chosen.Count == 0)
                    chosen.AddFirst(Cut(exchange, left));
                break;
            }

            chosen.AddFirst(exchange);
            left -= exchange.Length;
        }

        return [.. chosen];
    }

    private static Exchange Cut(Exchange exchange, int length)
    {
        var answer = Tail(exchange.Answer, length);
        return new Exchange(Tail(exchange.User, length - answer.Length), answer);
    }

    // A surrogate pair is not cut in half
    private static string Tail(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var start = text.Length - length;
        return start < text.Length && char.IsLowSurrogate(text[start]) ? text[(start + 1)..] : text[start..];
    }
}
