using System.Buffers;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace SparrowEmulator.Files;

/// <summary>
/// Finds the boundary of a multipart body. The header may lack it: the guide's sample sends application/json and the vendor's Python
/// samples a bare multipart/form-data, and clients copied from them must work. Then the body's first line tells.
/// </summary>
internal static class MultipartBoundary
{
    private const int LongestLine = 1024;

    /// <summary>The boundary without its leading dashes, or null when the body is not multipart. Takes nothing from the body.</summary>
    public static async Task<string?> FindAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 } given)
            return given.ToString();

        var body = request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var line = FirstLine(read.Buffer);
            var isOver = line is not null || read.IsCompleted || read.Buffer.Length > LongestLine;
            body.AdvanceTo(read.Buffer.Start, isOver ? read.Buffer.Start : read.Buffer.End);
            if (isOver) return line is { Length: > 2 } && line.StartsWith("--", StringComparison.Ordinal) ? line[2..] : null;
        }
    }

    private static string? FirstLine(ReadOnlySequence<byte> buffer) =>
        buffer.PositionOf((byte)'\n') is { } end ? Encoding.ASCII.GetString(buffer.Slice(0, end)).TrimEnd('\r') : null;
}
