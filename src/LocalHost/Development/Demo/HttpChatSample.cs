using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>Two turns of a conversation over HTTP, each waited for; the outcome of the second is called back, signed, to a small server that the sample starts.</summary>
public sealed class HttpChatSample : IDemoSample
{
    /// <inheritdoc/>
    public string Title => "http: a chat of two turns, the second called back";

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (context.CallbackSecret is not { Length: > 0 } secret)
            return DemoOutcome.Failed("The app has no Callbacks__Secret.");

        await using var receiver = await CallbackReceiver.StartAsync(secret, context.Time, cancellationToken);
        using var http = new HttpClient { BaseAddress = context.App, Timeout = Timeout.InfiniteTimeSpan };
        var first = await ChatAsync(http, context, 1, "Name three sights of Lisbon.", null, progress, cancellationToken);
        if (first.Problem is not null) return DemoOutcome.Failed(first.Problem);
        var second = await ChatAsync(http, context, 2, "Which of them suits a child of six?", receiver.Address, progress, cancellationToken);
        if (second.Problem is not null) return DemoOutcome.Failed(second.Problem);

        var nothing = new Dictionary<string, long>();
        var one = await JobResult.OutcomeAsync(context, Id(context, 1), nothing, progress, cancellationToken);
        var two = await JobResult.OutcomeAsync(context, Id(context, 2), nothing, progress, cancellationToken);
        var strayed = first.ConversationId == second.ConversationId
            ? null
            : $"Turn 2 ran in conversation {second.ConversationId ?? "none"}, turn 1 in {first.ConversationId ?? "none"}.";
        progress.Report($"Waiting for the callback at {receiver.Address}");
        var told = await receiver.FirstAsync(cancellationToken);
        var untold = told is { Type: "job.succeeded" } && told.JobId == Id(context, 2) ? null : $"The callback told {told.Type} of {told.JobId}.";
        return new DemoOutcome(one.Problem ?? two.Problem ?? strayed ?? untold, $"{one.Answer}\n\n{two.Answer}", [.. one.Blobs, .. two.Blobs])
        {
            Notes =
            [
                $"POST {new Uri(context.App, "/api/chat")} with Prefer: wait=50 answered both times with the job's document",
                $"{told.Type} came as {told.Id}; its signature was verified",
            ],
        };
    }

    private static string Id(DemoContext context, int turn) => $"demo-{context.Stamp}-chat-{turn}";

    private static async Task<(string? Problem, string? ConversationId)> ChatAsync(
        HttpClient http, DemoContext context, int turn, string text, Uri? callback, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var prompt = new JsonObject { ["prompt"] = text, ["conversation"] = $"demo-{context.Stamp}-chat" };
        if (callback is not null) prompt["callback"] = new JsonObject { ["url"] = callback.ToString() };
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
