using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparrowEmulator.Faults;

/// <summary>What goes wrong. Everything that is given happens together.</summary>
internal sealed record Fault
{
    /// <summary>The status to answer. Left out or 200, the call is worked off as usual and only its response differs.</summary>
    public int? Status { get; set; }

    /// <summary>The body: a string is sent as it is, anything else as JSON. Left out, a body that fits the status.</summary>
    public JsonElement? Body { get; set; }

    /// <summary>The Retry-After header: seconds, or a date as text.</summary>
    public OptionalText RetryAfter { get; set; }

    /// <summary>Real milliseconds to wait first, in addition to the latency of a call that is worked off.</summary>
    public int? DelayMs { get; set; }

    /// <summary>Where the connection is reset; a status given beside it means nothing.</summary>
    public DropPoint? Drop { get; set; }

    /// <summary>A 200 whose last entry is an error in place of an answer: true, or the error's text.</summary>
    public OptionalText InBandError { get; set; }

    /// <summary>A 200 from another model: true for the 3.5 one, or a slug.</summary>
    public OptionalText WrongModel { get; set; }

    /// <summary>A 200 that stops before the answer.</summary>
    public bool? NoAnswer { get; set; }

    /// <summary>An HTML page for a body, as a gateway sends: true, or the page.</summary>
    public OptionalText HtmlBody { get; set; }

    /// <summary>A body that begins as usual and never ends.</summary>
    public bool? Endless { get; set; }

    /// <summary>True when the service does the work: the call is billed and its conversation goes on.</summary>
    [JsonIgnore]
    public bool IsWorkedOff => Drop is null ? Status is null or StatusCodes.Status200OK : Drop is not DropPoint.Before;

    /// <summary>The wait.</summary>
    [JsonIgnore]
    public TimeSpan Delay => TimeSpan.FromMilliseconds(DelayMs ?? 0);

    /// <summary>What is wrong with it, naming the field; null when nothing is.</summary>
    public string? Problem() => this switch
    {
        { Drop: null, Status: < 200 or > 599 } => "fault.status must be between 200 and 599.",
        { DelayMs: < 0 } => "fault.delayMs must be 0 or more.",
        _ when this == new Fault() => "fault is empty: give it at least one of status, delayMs, drop, inBandError, wrongModel, noAnswer, htmlBody, body, endless.",
        _ => null,
    };
}

/// <summary>Where a connection is reset.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DropPoint>))]
internal enum DropPoint
{
    /// <summary>Before the call is accepted; not billed.</summary>
    [JsonStringEnumMemberName("before")]
    Before,

    /// <summary>After the work is done, before any response; billed.</summary>
    [JsonStringEnumMemberName("afterAccept")]
    AfterAccept,

    /// <summary>After the headers of a 200 and half of its body; billed.</summary>
    [JsonStringEnumMemberName("midBody")]
    MidBody,
}
