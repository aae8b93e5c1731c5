using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparrowEmulator.Faults;
using SparrowEmulator.Files;

namespace SparrowEmulator;

/// <summary>What goes back over the wire, decided before a byte of it is sent.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">The body's type.</param>
/// <param name="Body">The whole body.</param>
internal sealed record Reply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    private const string JsonType = "application/json; charset=utf-8";

    // As the service writes it: Unicode, quotes and ampersands as they are.
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The Retry-After header.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>How long the body is, where it is longer than its bytes: they are repeated up to there.</summary>
    public long? Length { get; init; }

    /// <summary>The Content-Disposition header.</summary>
    public string? Disposition { get; init; }

    /// <summary>Where the connection is cut, if it is.</summary>
    public DropPoint? Drop { get; init; }

    /// <summary>True when the body never ends.</summary>
    public bool Endless { get; init; }

    /// <summary>True when the service counts the call as used.</summary>
    public bool Billed { get; init; }

    /// <summary>The status as the ledger shows it: 0 when no response was begun.</summary>
    public int LedgerStatus => Drop is DropPoint.Before or DropPoint.AfterAccept ? 0 : Status;

    /// <summary>What goes back when the emulator itself has a fault.</summary>
    public static Reply Failed { get; } = Refuse(StatusCodes.Status500InternalServerError, "The emulator has a fault.");

    /// <summary>A JSON body.</summary>
    public static Reply Json(int status, JsonNode body) =>
        new(status, JsonType, Encoding.UTF8.GetBytes(body.ToJsonString(Written)));

    /// <summary>A body of text.</summary>
    public static Reply Text(int status, string contentType, string body) => new(status, contentType, Encoding.UTF8.GetBytes(body));

    /// <summary>An error in the service's manner: <c>{"detail": …}</c>. The bodies of its errors are in no source; this shape is inferred.</summary>
    public static Reply Refuse(int status, string detail) => Json(status, new JsonObject { ["detail"] = detail });

    /// <summary>A connection cut without a response.</summary>
    public static Reply Cut(DropPoint point) => new(0, JsonType, default) { Drop = point };

    /// <summary>Sends it. A client that has gone away is no error.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        if (Drop is DropPoint.Before or DropPoint.AfterAccept)
        {
            context.Abort();
            return;
        }

        try
        {
            await SendAsync(context);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task SendAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        if (RetryAfter is not null) response.Headers.RetryAfter = RetryAfter;
        if (Disposition is not null) response.Headers.ContentDisposition = Disposition;
        if (Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified) return;
        if (!Endless) response.ContentLength = Math.Max(Body.Length, Length ?? 0);

        if (Drop is DropPoint.MidBody)
        {
            await response.Body.WriteAsync(Body[..(Body.Length / 2)], context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);

            // The part has to leave the machine's buffers before the reset does, whatever the emulated clock says.
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, context.RequestAborted);
            context.Abort();
            return;
        }

        await WriteBodyAsync(response, context.RequestAborted);
        while (Endless)
        {
            await response.Body.WriteAsync(new byte[16 * 1024], context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, context.RequestAborted);
        }
    }

    private async Task WriteBodyAsync(HttpResponse response, CancellationToken aborted)
    {
        var size = Math.Max(Body.Length, Length ?? 0);
        var block = size > Body.Length ? RepeatedBytes.Block(Body.ToArray(), size) : Body;
        for (var left = size; left > 0; left -= block.Length)
            await response.Body.WriteAsync(block[..(int)Math.Min(left, block.Length)], aborted);
    }
}
