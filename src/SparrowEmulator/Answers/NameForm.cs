using System.Text.Json.Serialization;

namespace SparrowEmulator.Answers;

/// <summary>How <c>rscd</c> (and the Content-Disposition made of it) writes a file's name. All of these are seen in the wild.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NameForm>))]
internal enum NameForm
{
    /// <summary><c>attachment; filename=NAME</c></summary>
    [JsonStringEnumMemberName("plain")]
    Plain,

    /// <summary><c>attachment; filename="NAME"</c>, quotes and backslashes escaped.</summary>
    [JsonStringEnumMemberName("quoted")]
    Quoted,

    /// <summary><c>attachment; filename=NAME</c> with the name percent-encoded, so that the address holds it encoded twice.</summary>
    [JsonStringEnumMemberName("encoded")]
    Encoded,

    /// <summary><c>attachment; filename*=UTF-8''NAME</c> (RFC 5987).</summary>
    [JsonStringEnumMemberName("extended")]
    Extended,
}
