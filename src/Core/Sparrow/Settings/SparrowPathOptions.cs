using System.ComponentModel.DataAnnotations;

namespace SparrowFunctions.Sparrow.Settings;

/// <summary>The settings under <c>Sparrow:Paths</c>. A path that is set replaces the profile's own, or adds a route that the profile lacks.</summary>
public sealed class SparrowPathOptions
{
    private const string Form = @"/[^\s?#/][^\s?#]*";
    private const string Remedy = " is not a path: begin it with one slash and leave out query and fragment, for example /standard/all-tools.";

    /// <summary>Upload in standard mode; G1: <c>/standard/uploaded</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__StandardUpload" + Remedy)]
    public string? StandardUpload { get; set; }

    /// <summary>Chat in standard mode; G1: <c>/standard/all-tools</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__StandardAllTools" + Remedy)]
    public string? StandardAllTools { get; set; }

    /// <summary>Chat with a custom GPT in standard mode; G1: <c>/standard/gizmos</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__StandardGizmos" + Remedy)]
    public string? StandardGizmos { get; set; }

    /// <summary>Several messages in standard mode; G1: <c>/standard/openai-system/all-tools</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__StandardSystemAllTools" + Remedy)]
    public string? StandardSystemAllTools { get; set; }

    /// <summary>Several messages to a custom GPT in standard mode; G1: <c>/standard/openai-system/gizmos</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__StandardSystemGizmos" + Remedy)]
    public string? StandardSystemGizmos { get; set; }

    /// <summary>Upload in concurrent mode; G1: <c>/concurrent/uploaded</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__ConcurrentUpload" + Remedy)]
    public string? ConcurrentUpload { get; set; }

    /// <summary>Chat in concurrent mode; G1: <c>/concurrent/all-tools</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__ConcurrentAllTools" + Remedy)]
    public string? ConcurrentAllTools { get; set; }

    /// <summary>Chat with a custom GPT in concurrent mode; G1: <c>/concurrent/gizmos</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__ConcurrentGizmos" + Remedy)]
    public string? ConcurrentGizmos { get; set; }

    /// <summary>Several messages in concurrent mode; G1: the guide's <c>/standard/openai-system/all-tools</c>, perhaps a slip for <c>/concurrent/…</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__ConcurrentSystemAllTools" + Remedy)]
    public string? ConcurrentSystemAllTools { get; set; }

    /// <summary>Several messages to a custom GPT in concurrent mode; G1: the guide's <c>/standard/openai-system/gizmos</c>, perhaps a slip.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__ConcurrentSystemGizmos" + Remedy)]
    public string? ConcurrentSystemGizmos { get; set; }

    /// <summary>The free conversation, on the free host; <c>/backend-api/conversation</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__FreeConversation" + Remedy)]
    public string? FreeConversation { get; set; }

    /// <summary>The size of the free host's pool; <c>/backend-api/namespace</c>.</summary>
    [RegularExpression(Form, ErrorMessage = "Sparrow__Paths__Pool" + Remedy)]
    public string? Pool { get; set; }
}
