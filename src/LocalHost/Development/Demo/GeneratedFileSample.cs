using System.Text.Json.Nodes;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>A prompt whose answer brings a file; the emulator is told to make one.</summary>
public sealed class GeneratedFileSample : IDemoSample
{
    private const string Chart = "chart.png";

    /// <inheritdoc/>
    public string Title => "queue: an answer that brings a file";

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var id = $"demo-{context.Stamp}-chart";
        var text = $"Draw the units sold in each quarter as a bar chart. (sample {id})";
        var chart = DemoFile.Read(Chart).ToMemory();
        if (await PrepareAsync(context, id, chart, cancellationToken) is { } problem) return DemoOutcome.Failed(problem);

        var prompt = new JsonObject { ["v"] = 1, ["id"] = id, ["prompt"] = text, ["wantFiles"] = true };
        await context.QueueAsync(prompt.ToJsonString(), cancellationToken);
        return await JobResult.OutcomeAsync(context, id, new Dictionary<string, long> { [Chart] = chart.Length }, progress, cancellationToken);
    }

    private static Task<string?> PrepareAsync(DemoContext context, string id, ReadOnlyMemory<byte> chart, CancellationToken cancellationToken)
    {
        var answer = new JsonObject
        {
            ["promptContains"] = id,
            ["text"] = "Here is the chart: the fourth quarter stands out.",
            ["files"] = new JsonArray(new JsonObject
            {
                ["name"] = Chart,
                ["contentType"] = "image/png",
                ["base64"] = Convert.ToBase64String(chart.Span),
            }),
        };
        return context.PrepareEmulatorAsync("/__admin/answers", new JsonArray(answer), cancellationToken);
    }
}
