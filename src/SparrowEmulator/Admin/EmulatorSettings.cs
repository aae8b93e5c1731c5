using System.Text.Json.Serialization;

namespace SparrowEmulator.Admin;

/// <summary>What <c>PUT /__admin/settings</c> changes and <c>GET</c> shows. The defaults hold after a start and after a reset.</summary>
internal sealed record EmulatorSettings
{
    /// <summary>How long a chat takes, in real milliseconds, 0 to 86,400,000; never scaled. Uploads and downloads take no time.</summary>
    public int LatencyMs { get; set; }

    /// <summary>How long a conversation is kept after its last answer or upload, in emulated seconds; above 0.</summary>
    public double HoldSeconds { get; set; } = 180;

    /// <summary>Points left, of all keys together; a billed chat takes 10, the free conversation none. Null: no end.</summary>
    public long? Points { get; set; }

    /// <summary>How many chats may run at once in each mode; one more is answered 429.</summary>
    public ConcurrencySettings Concurrency { get; set; } = new();

    /// <summary>How many emulated seconds pass in a real one; above 0.</summary>
    public double ClockScale { get; set; } = 1;

    /// <summary>The keys that are valid. Null: any that is not empty.</summary>
    public IReadOnlyList<string>? ValidTokens { get; set; }

    /// <summary>How long a download address is good for, in emulated seconds; above 0.</summary>
    public double LinkSeconds { get; set; } = 300;

    /// <summary>Whether addresses in <c>downloads</c> are HTML-escaped (<c>&amp;amp;</c>). On, so that a client that forgets it is found out.</summary>
    public bool EscapeUrls { get; set; } = true;

    /// <summary>What the download of a file says that was made with history off: 404 or 500. Both are in the vendor's guide.</summary>
    public int HistoryOffStatus { get; set; } = 404;

    /// <summary>The largest upload, in bytes; one byte more is answered 413. The guide says "100M".</summary>
    public long MaxUploadBytes { get; set; } = 100_000_000;

    /// <summary>Which messages may be gone on from.</summary>
    public ParentRule Parents { get; set; }

    /// <summary>What stands behind <c>internal</c> in an upload's conversation id: <c>:</c> or <c>-</c>; both are seen.</summary>
    public string InternalIdSeparator { get; set; } = ":";

    /// <summary>How the openai-system routes answer; which one the service takes is unknown.</summary>
    public ResponseShape OpenAiSystemShape { get; set; }

    /// <summary>How the free conversation answers; which one the service takes is unknown.</summary>
    public ResponseShape FreeShape { get; set; }

    /// <summary>What is wrong with the values, naming the field; null when nothing is.</summary>
    public string? Problem() => this switch
    {
        { LatencyMs: < 0 or > 86_400_000 } => "latencyMs must be between 0 and 86400000.",
        { HoldSeconds: not (> 0 and <= 1e9) } => "holdSeconds must be above 0 and at most 1000000000.",
        { Points: < 0 } => "points must be 0 or more, or null for no end.",
        { Concurrency: null } => "concurrency must be an object {standard, concurrent}.",
        { Concurrency.Standard: < 0 } => "concurrency.standard must be 0 or more.",
        { Concurrency.Concurrent: < 0 } => "concurrency.concurrent must be 0 or more.",
        { ClockScale: not (> 0 and <= 1e6) } => "clockScale must be above 0 and at most 1000000.",
        { LinkSeconds: not (> 0 and <= 1e9) } => "linkSeconds must be above 0 and at most 1000000000.",
        { HistoryOffStatus: not (404 or 500) } => "historyOffStatus must be 404 or 500.",
        { MaxUploadBytes: < 0 } => "maxUploadBytes must be 0 or more.",
        { InternalIdSeparator: not (":" or "-") } => "internalIdSeparator must be \":\" or \"-\".",
        { OpenAiSystemShape: ResponseShape.Sse } => "openAiSystemShape must be contents or choices.",
        _ => null,
    };
}

/// <summary>The caps of each mode.</summary>
internal sealed record ConcurrencySettings
{
    /// <summary>For /standard and /chat.</summary>
    public int Standard { get; set; } = 1000;

    /// <summary>For /concurrent.</summary>
    public int Concurrent { get; set; } = 1000;
}

/// <summary>Which <c>parent_message_id</c> a conversation takes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ParentRule>))]
internal enum ParentRule
{
    /// <summary>Any answer of the conversation, as ChatGPT itself does (going on from an older one branches off).</summary>
    [JsonStringEnumMemberName("known")]
    Known,

    /// <summary>The last answer only.</summary>
    [JsonStringEnumMemberName("last")]
    Last,
}

/// <summary>The body of a 200.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResponseShape>))]
internal enum ResponseShape
{
    /// <summary>Sparrow's own: <c>contents[]</c>.</summary>
    [JsonStringEnumMemberName("contents")]
    Contents,

    /// <summary>OpenAI's chat.completion: <c>choices[]</c>.</summary>
    [JsonStringEnumMemberName("choices")]
    Choices,

    /// <summary>Server-sent events, one a message, closed by <c>[DONE]</c>.</summary>
    [JsonStringEnumMemberName("sse")]
    Sse,
}
