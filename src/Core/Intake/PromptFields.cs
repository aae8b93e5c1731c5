using System.Globalization;
using System.Text.Json;

namespace SparrowFunctions.Intake;

/// <summary>Reads the fields of one JSON object and gathers what is wrong with them, so that a sender hears of everything at once.</summary>
/// <param name="body">The object.</param>
/// <param name="problems">Where problems go.</param>
internal readonly struct PromptFields(JsonElement body, List<FieldProblem> problems)
{
    private const string Torn = "holds half of a surrogate pair, which is no text.";
    private const string WholeCharacters = "Send whole Unicode characters.";

    /// <summary>A text that may not be empty or only white space.</summary>
    public string? Text(string field, int maxLength = int.MaxValue)
    {
        if (Find(field, JsonValueKind.String, "must be a string", "Send it in double quotes.") is not { } value)
            return null;

        var text = ReadString(field, value);
        if (text is null)
            return null;
        if (string.IsNullOrWhiteSpace(text))
            return Report<string>(field, "is empty.", "Give it a text, or leave the field out.");
        if (text.Length > maxLength)
            return Report<string>(field, $"is {text.Length} characters long; at most {maxLength} are taken.", "Shorten it.");
        return text;
    }

    /// <summary>A whole number within bounds.</summary>
    public int? Whole(string field, int min, int max, string remedy)
    {
        if (Find(field, JsonValueKind.Number, $"must be a whole number from {min} up", remedy) is not { } value)
            return null;

        return value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : Report<int?>(field, $"must be a whole number from {min} to {max}.", remedy);
    }

    /// <summary>true or false.</summary>
    public bool? Flag(string field)
    {
        if (!body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => Report<bool?>(field, $"must be true or false, not {KindName(value)}.", "Send it without quotes."),
        };
    }

    /// <summary>A time with its offset.</summary>
    public DateTimeOffset? Time(string field)
    {
        if (Text(field) is not { } text)
            return null;

        const string Remedy = "Send an ISO 8601 time with an offset, for example 2026-11-23T10:00:00Z.";
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || !text.Contains('T', StringComparison.Ordinal))
            return Report<DateTimeOffset?>(field, "is not a time.", Remedy);
        return text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal)
            ? time.ToUniversalTime()
            : Report<DateTimeOffset?>(field, "has no offset, so the moment it means is not known.", Remedy);
    }

    /// <summary>An object, kept as it is once all texts in it are known to be texts: it is written and read again many times.</summary>
    public JsonElement? Object(string field)
    {
        if (Find(field, JsonValueKind.Object, "must be an object", "Send { … }.") is not { } value)
            return null;
        return TornPlace(value) is { } place ? Report<JsonElement?>(field + place, Torn, WholeCharacters) : value.Clone();
    }

    /// <summary>A list that is not empty.</summary>
    public IReadOnlyList<JsonElement>? List(string field, int max)
    {
        if (Find(field, JsonValueKind.Array, "must be a list", "Send [ … ].") is not { } value)
            return null;

        var count = value.GetArrayLength();
        return count switch
        {
            0 => Report<IReadOnlyList<JsonElement>>(field, "is empty.", "Give it an entry, or leave the field out."),
            _ when count > max => Report<IReadOnlyList<JsonElement>>(field, $"has {count} entries; at most {max} are taken.", "Send several prompts instead."),
            _ => [.. value.EnumerateArray()],
        };
    }

    /// <summary>Notes a problem, unless enough are noted, and gives nothing back.</summary>
    public T? Report<T>(string field, string problem, string remedy)
    {
        if (problems.Count < Rejection.MostProblems)
            problems.Add(new FieldProblem(field, problem, remedy));
        return default;
    }

    /// <summary>A JSON value's kind, as people call it.</summary>
    public static string KindName(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };

    /// <summary>A JSON string's text; a lone surrogate in it is a problem of the field, not an exception.</summary>
    public string? ReadString(string field, JsonElement value) =>
        IsText(value) ? value.GetString() : Report<string>(field, Torn, WholeCharacters);

    // Where inside a value the first string is that is no text, as a path from the value on; null when there is none. A name that is none throws
    private static string? TornPlace(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    var name = property.Name;
                    if (TornPlace(property.Value) is { } place)
                        return $".{PromptReader.Shown(name)}{place}";
                }

                return null;
            case JsonValueKind.Array:
                return value.EnumerateArray().Select((item, index) => TornPlace(item) is { } place ? $"[{index}]{place}" : null).FirstOrDefault(place => place is not null);
            default:
                return value.ValueKind == JsonValueKind.String && !IsText(value) ? "" : null;
        }
    }

    private static bool IsText(JsonElement value)
    {
        try
        {
            return value.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // null stands for "not given": producers' serialisers write it for what is unset
    private JsonElement? Find(string field, JsonValueKind kind, string must, string remedy)
    {
        if (!body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == kind ? value : Report<JsonElement?>(field, $"{must}, not {KindName(value)}.", remedy);
    }
}
