using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Sparrow.Answers;

/// <summary>
/// Picks the answer out of <c>contents</c>. That the last finished assistant text to all is the answer is certain for plain chats and
/// inferred (from ChatGPT's own backend) for tool turns, continued answers and hidden messages.
/// </summary>
public static class AnswerPicker
{
    /// <summary>What the response says: text, model, file pointers and errors of this turn.</summary>
    public static PickedAnswer Pick(ChatResponse response)
    {
        var turn = ThisTurn(response.Contents);
        var candidates = Candidates(turn);
        var chosen = Choose(candidates, response.MessageId);
        return new PickedAnswer(
            chosen is null ? null : Continued(candidates, chosen, turn),
            Slug(turn),
            [.. turn.SelectMany(Pointers).Distinct(StringComparer.Ordinal)],
            [.. turn.SelectMany(Errors)])
        {
            AsksConfirmationFor = turn.Select(ConfirmationDomain).LastOrDefault(static domain => domain is not null),
        };
    }

    // Every id once, at its last place; then what follows the last user message. Entries without a message have only an error to tell.
    private static List<ContentEntry> ThisTurn(IReadOnlyList<ContentEntry> contents)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<ContentEntry>();
        var beforeUser = false;
        for (var i = contents.Count - 1; i >= 0; i--)
        {
            var entry = contents[i];
            if (entry.Message is not { } message)
            {
                if (entry.Error is not null) kept.Add(entry);
                continue;
            }

            beforeUser |= message.Role == "user";
            if (!beforeUser && (message.Id is null || seen.Add(message.Id))) kept.Add(entry);
        }

        kept.Reverse();
        return kept;
    }

    private static List<Candidate> Candidates(List<ContentEntry> turn)
    {
        var candidates = new List<Candidate>();
        for (var i = 0; i < turn.Count; i++)
        {
            if (turn[i].Message is { Role: "assistant", Recipient: null or "" or "all", ContentType: "text" or "multimodal_text" } message
                && message.Metadata.Get("is_visually_hidden_from_conversation").Flag() != true
                && Text(message) is var text && !string.IsNullOrWhiteSpace(text))
            {
                candidates.Add(new Candidate(i, message, text));
            }
        }

        return candidates;
    }

    private static Candidate? Choose(List<Candidate> candidates, string? messageId) =>
        candidates.FindLast(static candidate => candidate.Message.EndTurn == true)
        ?? candidates.FindLast(candidate => messageId is not null && candidate.Message.Id == messageId)
        ?? candidates.LastOrDefault();

    // The server goes on by itself where max_tokens ended a message; the pieces are one answer.
    private static string Continued(List<Candidate> candidates, Candidate chosen, List<ContentEntry> turn)
    {
        var first = candidates.IndexOf(chosen);
        var last = first;
        while (first > 0 && Continues(candidates[first - 1], candidates[first], turn)) first--;
        while (last < candidates.Count - 1 && Continues(candidates[last], candidates[last + 1], turn)) last++;
        return string.Concat(candidates.GetRange(first, last - first + 1).Select(static candidate => candidate.Text));
    }

    private static bool Continues(Candidate earlier, Candidate later, List<ContentEntry> turn) =>
        earlier.Message.Metadata.Get("finish_details", "type").Text() == "max_tokens"
        && turn.GetRange(earlier.Index + 1, later.Index - earlier.Index - 1).TrueForAll(static between => between.Message is null or { Role: "system" });

    private static string Text(ContentMessage message) =>
        string.Join('\n', message.Content.Get("parts").Items().Select(static part => part.Text()).Where(static text => !string.IsNullOrEmpty(text)));

    private static string? Slug(List<ContentEntry> turn) =>
        turn.Where(static entry => entry.Message?.Role == "assistant")
            .Select(static entry => entry.Message?.Metadata.Get("model_slug").Text())
            .LastOrDefault(static slug => !string.IsNullOrEmpty(slug));

    private static IEnumerable<string> Pointers(ContentEntry entry)
    {
        if (entry.Message is not { } message) yield break;
        foreach (var part in message.Content.Get("parts").Items())
        {
            if (FileId(part.Get("asset_pointer").Text()) is { } image) yield return image;
        }

        foreach (var output in message.Metadata.Get("aggregate_result", "messages").Items())
        {
            if (FileId(output.Get("image_url").Text()) is { } chart) yield return chart;
        }
    }

    // file-service://file-ID; the scheme has had other names upstream.
    private static string? FileId(string? pointer)
    {
        var start = pointer?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        return start > 0 && pointer!.Length > start + 3 ? pointer[(start + 3)..] : null;
    }

    private static IEnumerable<string> Errors(ContentEntry entry)
    {
        if (entry.Error is { } error) yield return error;
        if (entry.Message is { ContentType: "system_error" } message)
        {
            var name = message.Content.Get("name").Text();
            var text = message.Content.Get("text").Text();
            yield return name is null || text is null ? name ?? text ?? "system_error" : $"{name}: {text}";
        }
    }

    private static string? ConfirmationDomain(ContentEntry entry)
    {
        var server = entry.Message?.Metadata.Get("jit_plugin_data", "from_server") ?? default;
        return server.Get("type").Text() == "confirm_action" ? server.Get("body", "domain").Text() ?? "" : null;
    }

    private sealed record Candidate(int Index, ContentMessage Message, string Text);
}
