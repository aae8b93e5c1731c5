using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SparrowFunctions.Intake.Dropped;

/// <summary>
/// Turns YAML into the JSON object it stands for: mappings, lists, texts, numbers, true, false and null. Anchors, aliases and tags are refused:
/// no field needs them, and with them a short file could stand for an endless object. Pure.
/// </summary>
internal static partial class FrontMatter
{
    private const int MaxDepth = 32;

    /// <summary>Reads YAML.</summary>
    /// <param name="yaml">The text between the fences.</param>
    /// <param name="rejection">What is wrong with it, when it is no object.</param>
    public static JsonObject? Read(string yaml, out Rejection? rejection)
    {
        rejection = null;
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
                return [];
            parser.Consume<DocumentStart>();
            var root = Node(parser, MaxDepth);
            parser.Consume<DocumentEnd>();
            parser.Consume<StreamEnd>();
            if (root is JsonObject fields)
                return fields;
            if (root is null)
                return [];
            rejection = new Rejection("", "The front matter holds no fields.", "Write one field a line, for example conversation: invoices.");
        }
        catch (YamlException exception)
        {
            // The first line of the file is the fence
            var problem = exception is RefusedException ? exception.Message : "is not YAML";
            rejection = new Rejection("", $"The front matter {problem}: line {exception.Start.Line + 1}, column {exception.Start.Column}.", "Write one field a line; put texts that hold a colon or a # into double quotes, and indent with spaces.");
        }

        return null;
    }

    private static JsonNode? Node(Parser parser, int depth)
    {
        if (parser.Current is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
            throw new RefusedException(node, "holds an anchor or a tag, which no field needs");
        if (parser.TryConsume<AnchorAlias>(out var alias))
            throw new RefusedException(alias, "holds an alias, which no field needs");
        if (depth == 0)
            throw new RefusedException(parser.Current!, "is nested too deeply");

        if (parser.TryConsume<Scalar>(out var scalar))
            return Value(scalar);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
                list.Add(Node(parser, depth - 1));
            return list;
        }

        parser.Consume<MappingStart>();
        var fields = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var at = parser.Current!;
            var key = parser.TryConsume<Scalar>(out var name) ? name.Value : throw new RefusedException(at, "has a field whose name is no text");
            if (fields.ContainsKey(key))
                throw new RefusedException(at, "has a field twice");
            fields.Add(key, Node(parser, depth - 1));
        }

        return fields;
    }

    private static JsonNode? Value(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
            return scalar.Value;
        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            var text when Number().IsMatch(text) => JsonNode.Parse(text),
            var text => text,
        };
    }

    // As JSON writes numbers; what begins with a zero is a text, as article numbers are
    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    private sealed class RefusedException(ParsingEvent at, string problem) : YamlException(at.Start, at.End, problem);
}
