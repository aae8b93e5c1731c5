namespace SparrowFunctions.Sparrow.Answers;

/// <summary>How the model that answered relates to the one that was asked.</summary>
public enum ModelMatch
{
    /// <summary>The same, or the answer does not say.</summary>
    Same,

    /// <summary>Another name, which need not be worse: a warning.</summary>
    Different,

    /// <summary>A 3.5 model where a gpt-4 was asked and is paid for.</summary>
    Weaker,
}

/// <summary>Compares slugs. The vendor's own check is to ask the model who it is; the slug in the metadata says it without a call.</summary>
public static class ModelCheck
{
    // What a custom GPT answers as that was asked with the plain model
    private const string Plain = "gpt-4";
    private const string OfGpts = "gpt-4-gizmo";

    /// <summary>Compares the model of the request with the slug of the answer.</summary>
    /// <param name="asked">The model of the request.</param>
    /// <param name="answered">The slug of the answer.</param>
    /// <param name="ofGpt">Whether a custom GPT was asked.</param>
    public static ModelMatch Compare(string asked, string? answered, bool ofGpt = false)
    {
        if (ofGpt && asked.Equals(Plain, StringComparison.OrdinalIgnoreCase) && OfGpts.Equals(answered, StringComparison.OrdinalIgnoreCase)) return ModelMatch.Same;
        if (string.IsNullOrWhiteSpace(answered) || asked.Equals(answered, StringComparison.OrdinalIgnoreCase)) return ModelMatch.Same;
        var weak = IsThreeFive(answered);
        if (weak && IsThreeFive(asked)) return ModelMatch.Same;
        return weak && asked.StartsWith("gpt-4", StringComparison.OrdinalIgnoreCase) ? ModelMatch.Weaker : ModelMatch.Different;
    }

    // text-davinci-002-render-sha is how ChatGPT's backend calls its 3.5.
    private static bool IsThreeFive(string model) =>
        model.StartsWith("text-davinci-002-render", StringComparison.OrdinalIgnoreCase) || model.StartsWith("gpt-3.5", StringComparison.OrdinalIgnoreCase);
}
