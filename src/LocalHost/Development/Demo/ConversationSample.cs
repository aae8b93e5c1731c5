using System.Text.Json.Nodes;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>Two turns of a conversation, sent in the wrong order; the second waits for the first and goes on where it ended.</summary>
public sealed class ConversationSample : IDemoSample
{
    /// <inheritdoc/>
    public string Title => "queue: a conversation of two turns";

    /// <inheritdoc/>
    public async Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await SendAsync(context, 2, "And where do they go in winter?", cancellationToken);
        await SendAsync(context, 1, "Name three birds that nest in Europe.", cancellationToken);

        var nothing = new Dictionary<string, long>();
        var one = await JobResult.OutcomeAsync(context, Id(context, 1), nothing, progress, cancellationToken);
        var two = await JobResult.OutcomeAsync(context, Id(context, 2), nothing, progress, cancellationToken);
        var first = await JobResult.WaitAsync(context, Id(context, 1), progress, cancellationToken);
        var second = await JobResult.WaitAsync(context, Id(context, 2), progress, cancellationToken);
        return new DemoOutcome(one.Problem ?? two.Problem ?? Problem(first, second), $"{one.Answer}\n\n{two.Answer}", [.. one.Blobs, .. two.Blobs])
        {
            Notes = [$"turn 2 was sent first; both ran in Sparrow's conversation {first.ConversationId}"],
        };
    }

    private static string Id(DemoContext context, int turn) => $"demo-{context.Stamp}-turn-{turn}";

    private static async Task SendAsync(DemoContext context, int turn, string text, CancellationToken cancellationToken)
    {
        var prompt = new JsonObject
        {
            ["v"] = 1,
            ["id"] = Id(context, turn),
            ["prompt"] = text,
            ["conversation"] = $"demo-{context.Stamp}",
            ["turn"] = turn,
        };
        await context.QueueAsync(prompt.ToJsonString(), cancellationToken);
    }

    private static string? Problem(JobResult first, JobResult second) => (first, second) switch
    {
        ({ ConversationId: null or "" }, _) => "Turn 1 has no conversationId.",
        _ when second.ConversationId != first.ConversationId =>
            $"Turn 2 ran in conversation {second.ConversationId ?? "none"}, turn 1 in {first.ConversationId}.",
        _ when !(second.StartedAt >= first.EndedAt) => "Turn 2 began before turn 1 had ended.",
        _ => null,
    };
}
