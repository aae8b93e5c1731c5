using System.Globalization;
using System.Text.Json;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Web;

/// <summary>Where a text stops being JSON that can be taken.</summary>
/// <param name="Field">The field that is being read there, for example <c>messages[1].content</c>; empty outside of all fields.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Byte">The byte in that line, from 1.</param>
/// <param name="IsTwice">Whether it is JSON, but the field stands there twice.</param>
/// <param name="IsTooDeep">Whether it may be JSON, but is nested deeper than a prompt may be.</param>
internal readonly record struct JsonPlace(string Field, long Line, long Byte, bool IsTwice = false, bool IsTooDeep = false)
{
    /// <summary>The place of the first mistake; null when there is none.</summary>
    public static JsonPlace? OfMistake(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = PromptReader.MaxDepth + 1 });
        var path = new Stack<Step>();
        try
        {
            while (reader.Read())
            {
                if (reader is { CurrentDepth: PromptReader.MaxDepth, TokenType: JsonTokenType.StartObject or JsonTokenType.StartArray })
                    return At(text[..(int)reader.TokenStartIndex], path) with { IsTooDeep = true };
                if (!Follow(ref reader, path))
                    return At(text[..(int)reader.TokenStartIndex], path) with { IsTwice = true };
            }

            return null;
        }
        catch (JsonException mistake)
        {
            return new(PathOf(path), (mistake.LineNumber ?? 0) + 1, (mistake.BytePositionInLine ?? 0) + 1);
        }
        catch (InvalidOperationException)
        {
            // A name that is no Unicode text; whoever reads the fields says so
            return null;
        }
    }

    // False at a name that its object has already
    private static bool Follow(ref Utf8JsonReader reader, Stack<Step> path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var step = path.Pop();
                path.Push(step with { Name = reader.GetString() });
                return step.Names!.Add(reader.GetString()!);
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                path.Pop();
                return true;
        }

        if (path.TryPeek(out var list) && list.Index is { } index)
            path.Push(path.Pop() with { Index = index + 1 });
        if (reader.TokenType is JsonTokenType.StartObject)
            path.Push(new Step(null, null, new HashSet<string>(StringComparer.Ordinal)));
        else if (reader.TokenType is JsonTokenType.StartArray)
            path.Push(new Step(null, -1, null));
        return true;
    }

    private static JsonPlace At(ReadOnlySpan<byte> before, Stack<Step> path) =>
        new(PathOf(path), before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));

    private static string PathOf(Stack<Step> path) => string.Concat(path.Reverse().Select((step, depth) => step.Text(depth)));

    private readonly record struct Step(string? Name, int? Index, HashSet<string>? Names)
    {
        public string Text(int depth) => Index is { } index
            ? string.Create(CultureInfo.InvariantCulture, $"[{Math.Max(index, 0)}]")
            : Name is null ? "" : depth == 0 ? Name : $".{Name}";
    }
}
