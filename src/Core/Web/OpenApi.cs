using Microsoft.AspNetCore.Http;

namespace SparrowFunctions.Web;

/// <summary><c>GET /api/openapi.json</c>: the description of all routes, as it is built into this assembly.</summary>
public sealed class OpenApi
{
    private readonly Lazy<byte[]> _document = new(Read);

    /// <summary>The description.</summary>
    public IResult Get() => TypedResults.Bytes(_document.Value, "application/json; charset=utf-8");

    private static byte[] Read()
    {
        using var stream = typeof(OpenApi).Assembly.GetManifestResourceStream("openapi.json") ?? throw new InvalidOperationException("openapi.json is not built into the assembly.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
