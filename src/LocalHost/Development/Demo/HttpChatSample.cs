using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>Two turns of a conversation over HTTP, each waited for.</summary>
public sealed class HttpChatSample : IDemoSample
{
    /// <inheritdoc/>
    public string Title => "http: a chat of two turns";

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = context.App, Timeout = Timeout.InfiniteTimeSpan };
        var first = await ChatAsync(http, context, 1, "Name three sights of Lisbon.", progress, cancellationToken);
        if (first.Problem is not null) return DemoOutcome.Failed(first.Problem);
        var second = await ChatAsync(http, context, 2, "Which of them suits a child of six?", progress, cancellationToken);
        if (second.Problem is not null) return DemoOutcome.Failed(second.Problem);

        var nothing = new Dictionary<string, long>();
        var one = await JobResult.OutcomeAsync(context, Id(context, 1), nothing, progress, cancellationToken);
        var two = await JobResult.OutcomeAsync(context, Id(context, 2), nothing, progress, cancellationToken);
        var strayed = first.ConversationId == second.ConversationId
            ? null
            : $"Turn 2 ran in conversation {second.ConversationId ?? "none"}, turn 1 in {first.ConversationId ?? "none"}.";
        return new DemoOutcome(one.Problem ?? two.Problem ?? strayed, $"{one.Answer}\n\n{two.Answer}", [.. one.Blobs, .. two.Blobs])
        {
            Notes = [$"POST {new Uri(context.App, "/api/chat")} with Prefer: wait=50 answered both times with the job's document"],
        };
    }

    private static string Id(DemoContext context, int turn) => $"demo-{context.Stamp}-chat-{turn}";

    private static async Task<(string? Problem, string? ConversationId)> ChatAsync(
        HttpClient http, DemoContext context, int turn, string text, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var prompt = new JsonObject { ["prompt"] = text, ["conversation"] = $"demo-{context.Stamp}-chat" };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat") { Content = JsonContent.Create(prompt) };
        request.Headers.Add("Idempotency-Key", Id(context, turn));
        request.Headers.Add("Prefer", "wait=50");
        progress.Report($"Waiting for the answer to turn {turn}");
        using var response = await http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            return ($"POST /api/chat answered {(int)response.StatusCode} to turn {turn}: {body}", null);

        var job = JsonSerializer.Deserialize(body, DemoJson.Default.JobResult);
        return job is { State: "succeeded" } ? (null, job.ConversationId) : ($"Turn {turn} ended as {job?.State}: {job?.Kind}: {job?.Reason}", null);
    }
}
