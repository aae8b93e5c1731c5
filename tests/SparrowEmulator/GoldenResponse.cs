using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Tests.Emulator;

/// <summary>Holds a response against a file under Golden, ids and times levelled. UPDATE_GOLDEN=1 rewrites the file.</summary>
internal static partial class GoldenResponse
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void ShouldMatchGolden(this EmulatorDriver.Answer answer, string name)
    {
        answer.Status.ShouldBe(200, answer.Text);
        var node = JsonNode.Parse(answer.Bytes)!;
        Level(node);
        var text = node.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
        text = Uuid().Replace(text, "<uuid>");
        text = FileId().Replace(text, "<file>");
        text = InternalId().Replace(text, "internal:<id>");
        text = Link().Replace(text, "http://<host>/<file>?se=<time>");
        text = Signature().Replace(text, "sig=<signature>");

        var path = Path.Combine(Folder(), name + ".json");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, text);
        text.ShouldBe(File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static void Level(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) Level(item);
        }
        else if (node is JsonObject map)
        {
            foreach (var (name, value) in map.ToArray())
            {
                if (name is "created" or "create_time" or "start_time" or "end_time" or "update_time" or "time" && value?.GetValueKind() == JsonValueKind.Number)
                    map[name] = 0;
                else if (name is "gen_id") map[name] = "<id>";
                else Level(value);
            }
        }
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sparrow.slnx"))) folder = folder.Parent.ShouldNotBeNull("the tests run outside the repository");
        return Path.Combine(folder.FullName, "tests", "SparrowEmulator", "Golden");
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", RegexOptions.None, 60_000)]
    private static partial Regex Uuid();

    [GeneratedRegex("file-[A-Za-z0-9]{24}", RegexOptions.None, 60_000)]
    private static partial Regex FileId();

    [GeneratedRegex("internal[:-][A-Za-z0-9]{22}", RegexOptions.None, 60_000)]
    private static partial Regex InternalId();

    [GeneratedRegex(@"http://[0-9.:]+/<file>\?se=[0-9TZ%A-F-]+", RegexOptions.None, 60_000)]
    private static partial Regex Link();

    [GeneratedRegex("sig=[^\"]+", RegexOptions.None, 60_000)]
    private static partial Regex Signature();
}
