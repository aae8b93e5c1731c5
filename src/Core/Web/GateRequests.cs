using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SparrowFunctions.Jobs.Gates;

namespace SparrowFunctions.Web;

/// <summary><c>PUT /api/gate</c>: an operator's pause.</summary>
public sealed class GateRequests(Answering answering, KeyGate gate)
{
    private const int LongestReason = 500;

    private static readonly string[] Fields = ["paused", "reason"];

    /// <summary>Holds all calls back, or lets them go again.</summary>
    public Task<IResult> PutAsync(HttpRequest request, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async (body, patience) =>
        {
            var errors = new List<ProblemError>();
            if (Read(body, errors) is not { } wanted)
                return Answers.Bad([.. errors]);
            await gate.PauseAsync(wanted.Paused, wanted.Reason, patience);
            return Answers.Of(wanted, WebJson.Readable.GateDocument);
        },
        cancellationToken);

    private static GateDocument? Read(string body, List<ProblemError> errors)
    {
        using var document = RequestBody.ReadObject(body, Fields, errors);
        if (errors.Count > 0)
            return null;

        JsonElement? paused = document.RootElement.TryGetProperty("paused", out var value) ? value : null;
        JsonElement? reason = document.RootElement.TryGetProperty("reason", out value) && value.ValueKind != JsonValueKind.Null ? value : null;
        if (paused?.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            errors.Add(new ProblemError("paused", "must be true or false.", "Send {\"paused\": true, \"reason\": \"…\"}, or false to go on."));
        if (reason is { ValueKind: not JsonValueKind.String } || reason?.GetString()!.Length > LongestReason)
            errors.Add(new ProblemError("reason", "must be a string of at most 500 characters.", "Say in a few words why calls are held back, or leave it out."));
        if (errors.Count > 0)
            return null;

        var isPaused = paused!.Value.GetBoolean();
        return new GateDocument(isPaused, isPaused ? reason?.GetString() : null);
    }
}
