using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>A batch of three rows, one of two asks, dropped as a file; its output has every row with its answers, in order.</summary>
public sealed class BatchSample : IDemoSample
{
    private const int RowCount = 3;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public string Title => "batch: three rows dropped as a file";

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var name = $"demo/{context.Stamp}";
        var rows = string.Join('\n', Row("swift", "How does a swift sleep?"), Row("wren", "How loud is a wren?", "And a robin?"), Row("kite", "What does a kite eat?"));
        await context.Blobs.GetBlobContainerClient("batches").GetBlobClient($"{name}.jsonl").UploadAsync(BinaryData.FromString(rows), cancellationToken);

        var summary = await DoneAsync(context, name, progress, cancellationToken);
        var output = await ReadAsync(context, $"batches/{name}.jsonl", cancellationToken) ?? "";
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] blobs = [$"results/batches/{name}.jsonl", $"results/batches/{name}.summary.json"];
        return new DemoOutcome(Problem(summary, lines), string.Join('\n', lines.Select(Shown)), blobs)
        {
            Notes = [$"{summary["succeeded"]} of {summary["rows"]} rows succeeded with {summary["calls"]} calls"],
        };
    }

    private static string Row(string id, params string[] asks) => new JsonObject
    {
        ["id"] = id,
        ["asks"] = new JsonArray([.. asks.Select((ask, i) => new JsonObject { ["id"] = $"q{i + 1}", ["content"] = ask })]),
    }.ToJsonString();

    private static async Task<JsonNode> DoneAsync(DemoContext context, string name, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var path = $"batches/{name}.summary.json";
        progress.Report($"Waiting for results/{path}");
        var told = "";
        while (true)
        {
            if (await ReadAsync(context, path, cancellationToken) is { } text && JsonNode.Parse(text) is { } summary)
            {
                if ((string?)summary["state"] != "running") return summary;
                var now = $"{summary["rows"]} rows taken in, {summary["succeeded"]} answered";
                if (now != told) progress.Report(now);
                told = now;
            }

            await Task.Delay(Poll, context.Time, cancellationToken);
        }
    }

    private static async Task<string?> ReadAsync(DemoContext context, string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await context.Blobs.GetBlobContainerClient("results").GetBlobClient(path).DownloadContentAsync(cancellationToken)).Value.Content.ToString();
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    private static string? Problem(JsonNode summary, string[] lines)
    {
        if ((string?)summary["state"] != "done" || (int?)summary["succeeded"] != RowCount) return $"The batch ended as {summary["state"]} with {summary["succeeded"]} of {RowCount} rows.";
        var rows = lines.Select(line => JsonNode.Parse(line)!).ToArray();
        if (!rows.Select(row => (string?)row["id"]).SequenceEqual(["swift", "wren", "kite"])) return "The rows of the output are not those of the file, in its order.";
        return rows[1]["answers"] is JsonArray { Count: 2 } ? null : "The row of two asks has not two answers.";
    }

    // A row's answers are whole responses: what is worth a look is that they are there
    private static string Shown(string line)
    {
        using var row = JsonDocument.Parse(line);
        var answers = row.RootElement.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("message_id").GetString());
        return $"{row.RootElement.GetProperty("id").GetString()}: answered by message {string.Join(" and ", answers)}";
    }
}
