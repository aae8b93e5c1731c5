using System.Text.Json;

namespace SparrowFunctions.Sparrow.Responses;

/// <summary>Reads the pool's answer, whose shape is in no source: a number, a list, or an object with a number in it.</summary>
public static class PoolReader
{
    private static readonly string[] Names = ["count", "total", "size", "data", "namespaces", "namespace"];

    /// <summary>The pool; its count is null where none can be found.</summary>
    public static SparrowPool Read(string body) => new(JsonText.TryParse(body, out var root) ? Count(root) : null, body);

    private static int? Count(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Number => root.TryGetInt32(out var number) ? number : null,
        JsonValueKind.Array => root.GetArrayLength(),
        JsonValueKind.Object => Names.Select(name => Count(root.Get(name))).FirstOrDefault(static count => count is not null),
        _ => null,
    };
}
