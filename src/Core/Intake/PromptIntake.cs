using Microsoft.Extensions.Options;
using SparrowFunctions.Sparrow.Requests;

namespace SparrowFunctions.Intake;

/// <summary>The front of the pipeline: from a message's text to a prompt with its blobs pinned, or to everything that is wrong with it.</summary>
public sealed class PromptIntake(PromptBlobs blobs, IOptions<CallbackOptions> callbacks)
{
    /// <summary>Reads, checks and pins a message.</summary>
    /// <param name="text">The message's body as the queue gave it.</param>
    /// <param name="cancellationToken">Ends the look-up of blobs.</param>
    /// <returns>The prompt, or null when it is rejected.</returns>
    public async Task<(AcceptedPrompt? Accepted, Rejection? Rejection)> TakeAsync(string text, CancellationToken cancellationToken)
    {
        if (PromptReader.ReadMessage(text, out var rejection) is not { } prompt)
            return (null, rejection);
        return await TakeAsync(prompt, cancellationToken);
    }

    /// <summary>Checks and pins a prompt that was read already.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="given">Blobs that its entrance has found itself; they stand before those that the prompt names.</param>
    /// <param name="cancellationToken">Ends the look-up of blobs.</param>
    /// <returns>The prompt, or null when it is rejected.</returns>
    public async Task<(AcceptedPrompt? Accepted, Rejection? Rejection)> TakeAsync(Prompt prompt, IReadOnlyList<BlobVersion> given, CancellationToken cancellationToken)
    {
        var (accepted, rejection) = await TakeAsync(prompt, cancellationToken);
        if (accepted is null || given.Count == 0)
            return (accepted, rejection);

        BlobVersion[] files = [.. given, .. accepted.Files];
        return (accepted with { Prompt = prompt with { Files = [.. files.Select(file => file.Path)] }, Files = files }, null);
    }

    /// <summary>Checks and pins a prompt that was read already.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="cancellationToken">Ends the look-up of blobs.</param>
    /// <returns>The prompt, or null when it is rejected.</returns>
    public Task<(AcceptedPrompt? Accepted, Rejection? Rejection)> TakeAsync(Prompt prompt, CancellationToken cancellationToken) =>
        TakeAsync(prompt, alsoAllowed: null, cancellationToken);

    /// <summary>Checks and pins a prompt that was read already.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="alsoAllowed">A container whose blobs it may name besides those that every prompt may; null for none.</param>
    /// <param name="cancellationToken">Ends the look-up of blobs.</param>
    /// <returns>The prompt, or null when it is rejected.</returns>
    public async Task<(AcceptedPrompt? Accepted, Rejection? Rejection)> TakeAsync(Prompt prompt, string? alsoAllowed, CancellationToken cancellationToken) =>
        Refuse(prompt) is { } refusal ? (null, refusal) : await blobs.PinAsync(prompt, alsoAllowed, cancellationToken);

    private Rejection? Refuse(Prompt prompt)
    {
        var problems = new List<FieldProblem>();
        foreach (var field in prompt.Extra?.EnumerateObject().Where(field => ChatRequestBody.IsReserved(field.Name)) ?? [])
            problems.Add(new FieldProblem($"extra.{field.Name}", "is a field that this app sets itself.", "Remove it; the prompt's own fields set it."));
        if (prompt.CallbackUrl is { } url && RefuseCallback(url) is { } problem)
            problems.Add(problem);
        return problems.Count == 0 ? null : new Rejection(problems);
    }

    private FieldProblem? RefuseCallback(string url)
    {
        if (callbacks.Value.Secrets.Count == 0)
            return new FieldProblem("callback", "can't be signed: Callbacks__Secret of this app is not set.", "Set it, or leave callback out and read the outcome from container results.");
        CallbackAddress.Parse(url, callbacks.Value.Hosts, out var problem);
        return problem;
    }
}
