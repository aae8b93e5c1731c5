using System.Text.Json;

namespace SparrowFunctions.Web;

/// <summary>Where a text stops being JSON.</summary>
/// <param name="Field">The field that is being read there, for example <c>messages[1].content</c>; empty outside of all fields.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Byte">The byte in that line, from 1.</param>
internal readonly record struct JsonPlace(string Field, long Line, long Byte)
{
    /// <summary>Deepest nesting that is read.</summary>
    private const int MaxDepth = 64;

    /// <summary>The place where a text stops being JSON; null when all of it is.</summary>
    public static JsonPlace? OfMistake(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        var path = new Stack<Step>();
        try
        {
            while (reader.Read())
                Follow(ref reader, path);
            return null;
        }
        catch (JsonException mistake)
        {
            return new(string.Concat(path.Reverse().Select((step, depth) => step.Text(depth))), (mistake.LineNumber ?? 0) + 1, (mistake.BytePositionInLine ?? 0) + 1);
        }
        catch (InvalidOperationException)
        {
            // A name that is no Unicode text; whoever reads the fields says so
            return null;
        }
    }

    private static void Follow(ref Utf8JsonReader reader, Stack<Step> path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                path.Push(path.Pop() with { Name = reader.GetString() });
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                path.Pop();
                return;
        }

        if (path.TryPeek(out var list) && list.Index is { } index)
            path.Push(path.Pop() with { Index = index + 1 });
        if (reader.TokenType is JsonTokenType.StartObject)
            path.Push(new Step(null, null));
        else if (reader.TokenType is JsonTokenType.StartArray)
            path.Push(new Step(null, -1));
    }

    private readonly record struct Step(string? Name, int? Index)
    {
        public string Text(int depth) => Index is { } index
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{Math.Max(index, 0)}]")
            : Name is null ? "" : depth == 0 ? Name : $".{Name}";
    }
}
