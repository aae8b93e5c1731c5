using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparrowEmulator.Chats;

/// <summary>Puts the addresses of files into <c>contents</c> to order: a text <c>{url:NAME}</c> there becomes the address of the file of that name.</summary>
/// <param name="files">Names and addresses.</param>
internal sealed class PlacedAddresses(IReadOnlyList<(string Name, string Url)> files)
{
    private readonly HashSet<string> _placed = new(StringComparer.Ordinal);

    /// <summary>The addresses that no text asked for: those stand in <c>downloads</c>.</summary>
    public IReadOnlyList<string> Unplaced => [.. files.Where(file => !_placed.Contains(file.Name)).Select(file => file.Url)];

    /// <summary>An entry with its addresses in place.</summary>
    public JsonNode? Fill(JsonElement entry)
    {
        var text = entry.GetRawText();
        foreach (var (name, url) in files)
        {
            var mark = $"{{url:{name}}}";
            if (!text.Contains(mark, StringComparison.Ordinal)) continue;
            _placed.Add(name);
            text = text.Replace(mark, JsonEncodedText.Encode(url).ToString(), StringComparison.Ordinal);
        }

        return JsonNode.Parse(text);
    }
}
