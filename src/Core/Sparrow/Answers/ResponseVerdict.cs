using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Sparrow.Answers;

/// <summary>Whether a readable 200 is what was asked for.</summary>
/// <param name="Answer">What the response says; there also when it is refused.</param>
/// <param name="Error">Why it is refused (empty or wrong model), or null. Its call was answered with 200, so it counts as billed.</param>
/// <param name="Warnings">What the reader of an accepted answer should know.</param>
public sealed record ResponseVerdict(PickedAnswer Answer, SparrowError? Error, IReadOnlyList<string> Warnings)
{
    /// <summary>Judges a response against the request that it answers.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="response">What came back.</param>
    /// <param name="key">The key, to be struck out of reasons and warnings should the body hold it.</param>
    public static ResponseVerdict Judge(ChatRequest request, ChatResponse response, string? key = null)
    {
        var answer = AnswerPicker.Pick(response);
        var paid = request.Mode != SparrowMode.Free;
        var match = ModelCheck.Compare(request.Model, answer.ModelSlug, ofGpt: request.GizmoId is { Length: > 0 });
        if (paid && match == ModelMatch.Weaker)
        {
            return new(answer, Refused(FailureKind.WrongModel, $"{answer.ModelSlug} answered where {request.Model} was asked.", paid, key), []);
        }

        if (answer.Text is null && answer.FilePointers.Count == 0 && response.Downloads.Count == 0)
        {
            return new(answer, Refused(FailureKind.Empty, EmptyReason(answer), paid, key), []);
        }

        var warnings = new List<string>();
        if (paid && match == ModelMatch.Different)
        {
            warnings.Add($"The model {answer.ModelSlug} answered where {request.Model} was asked.");
        }

        if (answer.Text is null) warnings.Add("The answer has files but no text.");
        warnings.AddRange(answer.InBandErrors.Select(error => KeyRedaction.Apply($"Sparrow reported an error beside the answer: {ReasonText.FromBody(error) ?? "unknown"}.", key)));
        return new(answer, Error: null, warnings);
    }

    private static string EmptyReason(PickedAnswer answer) => answer switch
    {
        { InBandErrors: [.., var error] } => $"Sparrow reported an error instead of an answer: {ReasonText.FromBody(error) ?? "unknown"}.",
        { AsksConfirmationFor: { } domain } =>
            $"The GPT asks for consent to call {(domain.Length > 0 ? domain : "another site")}, which this route cannot give; use a GPT without such actions, or profile G2.",
        _ => "Sparrow answered 200 without an answer or a file.",
    };

    private static SparrowError Refused(FailureKind kind, string reason, bool paid, string? key) =>
        new(kind, SparrowFault.Answered, Status: 200, KeyRedaction.Apply(reason, key), PossiblyBilled: paid);
}
