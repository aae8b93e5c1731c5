using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparrowEmulator.Faults;

/// <summary>A field that is switched on by <c>true</c>, or by a text (or number) that says more.</summary>
/// <param name="IsOn">True when the field is on.</param>
/// <param name="Text">What was said, or null.</param>
[JsonConverter(typeof(Converter))]
internal readonly record struct OptionalText(bool IsOn, string? Text)
{
    /// <summary>The text, or the given one when none was said; null when off.</summary>
    public string? Or(string standard) => IsOn ? Text ?? standard : null;

    internal sealed class Converter : JsonConverter<OptionalText>
    {
        public override bool HandleNull => true;

        public override OptionalText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Null or JsonTokenType.False => default,
            JsonTokenType.True => new OptionalText(true, null),
            JsonTokenType.String => new OptionalText(true, reader.GetString()),
            JsonTokenType.Number => new OptionalText(true, reader.GetDouble().ToString(CultureInfo.InvariantCulture)),
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, OptionalText value, JsonSerializerOptions options)
        {
            if (value.Text is not null) writer.WriteStringValue(value.Text);
            else writer.WriteBooleanValue(value.IsOn);
        }
    }
}
