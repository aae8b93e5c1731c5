using System.Text.Json.Serialization;

namespace SparrowEmulator.Answers;

/// <summary>A kind of turn with more in it than a text. All are inferred from how ChatGPT's own backend writes them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Scenario>))]
internal enum Scenario
{
    /// <summary>A web search, a quote, and an answer with a citation.</summary>
    [JsonStringEnumMemberName("browsing")]
    Browsing,

    /// <summary>A tool that fails with a system_error, and an answer all the same.</summary>
    [JsonStringEnumMemberName("systemError")]
    SystemError,

    /// <summary>The answer twice under one id: first in progress, then finished.</summary>
    [JsonStringEnumMemberName("inProgress")]
    InProgress,

    /// <summary>An answer cut at max_tokens, and its continuation.</summary>
    [JsonStringEnumMemberName("continued")]
    Continued,

    /// <summary>A GPT's action that waits to be confirmed; no answer.</summary>
    [JsonStringEnumMemberName("confirmAction")]
    ConfirmAction,
}
