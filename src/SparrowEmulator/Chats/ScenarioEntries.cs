using System.Text.Json.Nodes;
using SparrowEmulator.Answers;

namespace SparrowEmulator.Chats;

/// <summary>Writes the entries of a scenario, its answer included.</summary>
internal static class ScenarioEntries
{
    private const string Page = "https://example.org/sparrows";

    /// <summary>Adds the entries.</summary>
    /// <param name="entries">The turn so far.</param>
    /// <param name="scenario">What happens.</param>
    /// <param name="prompt">The question.</param>
    /// <param name="text">The answer.</param>
    /// <returns>The answer as it stands in the entries; null when the scenario has none.</returns>
    public static string? Add(ContentEntries entries, Scenario scenario, string prompt, string text)
    {
        switch (scenario)
        {
            case Scenario.Browsing:
                return Browse(entries, prompt, text);
            case Scenario.SystemError:
                entries.Code("raise TimeoutError");
                entries.Tool("python", new JsonObject { ["content_type"] = "system_error", ["name"] = "TimeoutError", ["text"] = "The tool did not answer." });
                entries.Answer(text);
                return text;
            case Scenario.InProgress:
                var id = Identifiers.Uuid();
                entries.Answer(text[..(text.Length / 2)], finish: null, id: id, status: "in_progress");
                entries.Answer(text, id: id);
                return text;
            case Scenario.Continued:
                entries.Answer(text[..(text.Length / 2)], finish: "max_tokens");
                entries.Answer(text[(text.Length / 2)..]);
                return text;
            default:
                Confirm(entries);
                return null;
        }
    }

    private static string Browse(ContentEntries entries, string prompt, string text)
    {
        entries.Call("browser", "unknown", $"search({JsonValue.Create(prompt).ToJsonString()})");
        var found = new JsonObject { ["type"] = "webpage", ["title"] = "Sparrows", ["url"] = Page, ["text"] = "Sparrows are small birds." };
        entries.Tool(
            "browser",
            new JsonObject { ["content_type"] = "tether_browsing_display", ["result"] = $"# 【0†Sparrows†{Page}】", ["summary"] = null, ["assets"] = null, ["tether_id"] = null },
            new JsonObject
            {
                ["_cite_metadata"] = new JsonObject { ["citation_format"] = new JsonObject { ["name"] = "tether_og" }, ["metadata_list"] = new JsonArray(found.DeepClone()) },
                ["command"] = "search",
                ["args"] = new JsonArray(prompt),
                ["status"] = "finished",
            });
        entries.Tool("browser", new JsonObject
        {
            ["content_type"] = "tether_quote",
            ["url"] = Page,
            ["domain"] = "example.org",
            ["title"] = "Sparrows",
            ["text"] = "Sparrows are small birds.",
        });

        const string cited = "🐦 Sparrows are small birds 【1†source】.\n\n";
        const string mark = "【1†source】";

        // Offsets count code points, and the bird is one of them.
        var start = cited[..cited.IndexOf(mark, StringComparison.Ordinal)].EnumerateRunes().Count();
        found["extra"] = new JsonObject { ["cited_message_idx"] = 1, ["evidence_text"] = "source" };
        entries.Answer(cited + text, extra: new JsonObject
        {
            ["citations"] = new JsonArray(new JsonObject
            {
                ["start_ix"] = start,
                ["end_ix"] = start + mark.Length,
                ["citation_format_type"] = "tether_og",
                ["metadata"] = found,
            }),
        });
        return cited + text;
    }

    private static void Confirm(ContentEntries entries)
    {
        entries.Call("api_example_org__jit_plugin.send", "json", "{}");
        entries.Tool("api_example_org__jit_plugin.send", new JsonObject { ["content_type"] = "text", ["parts"] = new JsonArray("") }, new JsonObject
        {
            ["jit_plugin_data"] = new JsonObject
            {
                ["from_server"] = new JsonObject
                {
                    ["type"] = "confirm_action",
                    ["body"] = new JsonObject
                    {
                        ["domain"] = "api.example.org",
                        ["is_consequential"] = true,
                        ["actions"] = new JsonArray(new JsonObject { ["type"] = "allow" }, new JsonObject { ["type"] = "always_allow" }, new JsonObject { ["type"] = "deny" }),
                    },
                },
            },
        });
    }
}
