using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Web;

/// <summary>A request's JSON body, or why it can't be taken.</summary>
/// <param name="Json">The text; null when it can't be taken.</param>
/// <param name="Refusal">The answer to it then.</param>
internal readonly record struct RequestBody(string? Json, IResult? Refusal)
{
    /// <summary>Largest body that is taken, in bytes (1 MiB).</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a body. A missing content type counts as JSON.</summary>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
            return new(null, Answers.Problem(StatusCodes.Status415UnsupportedMediaType, new ProblemError("Content-Type", "is not JSON in UTF-8.", "Send application/json (curl: --json).")));
        return await ReadBytesAsync(request, cancellationToken) is { } bytes ? Read(bytes.Span) : TooLarge;
    }

    /// <summary>Reads a body as it is; null when it has more than is taken.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
            return null;

        // A body may come without its length
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > MaxBytes)
                return null;
            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>Reads the body's bytes.</summary>
    public static RequestBody Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (bytes.TrimStart(" \t\r\n"u8).IsEmpty)
            return new(null, Answers.Bad(new ProblemError("", "The body is empty.", "Send one JSON object.")));
        if (JsonPlace.OfMistake(bytes) is { } place)
            return new(null, Answers.Bad(Mistake(place)));
        try
        {
            return new(StrictUtf8.GetString(bytes), null);
        }
        catch (DecoderFallbackException)
        {
            return new(null, Answers.Bad(new ProblemError("", "The body is not UTF-8.", "Send one JSON object in UTF-8.")));
        }
    }

    /// <summary>Reads a JSON object that may have no other fields than those known; what is wrong with it goes into the errors.</summary>
    public static JsonDocument ReadObject(string json, IReadOnlyList<string> known, List<ProblemError> errors)
    {
        var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            errors.Add(new ProblemError("", "The body is not an object.", $"Send an object with {string.Join(", ", known)}."));
        else
            errors.AddRange(document.RootElement.EnumerateObject().Where(field => !known.Contains(field.Name, StringComparer.Ordinal)).Select(field => new ProblemError(field.Name, "is not a field of this request.", $"Remove it; the fields are {string.Join(", ", known)}.")));
        return document;
    }

    private static ProblemError Mistake(JsonPlace place)
    {
        (FormattableString Problem, string Remedy) mistake = place switch
        {
            { IsTwice: true } => ($"stands there twice, again in line {place.Line} at byte {place.Byte}.", "Send it once."),
            { IsTooDeep: true } => ($"is nested deeper than {PromptReader.MaxDepth} levels, in line {place.Line} at byte {place.Byte}.", "Make it flatter, or put what is deep into a string."),
            _ => ($"The body is not JSON: line {place.Line}, byte {place.Byte}.", "Send one JSON object in UTF-8."),
        };
        return new ProblemError(place.Field, FormattableString.Invariant(mistake.Problem), mistake.Remedy, place.Line, place.Byte);
    }

    private static RequestBody TooLarge => new(null, Answers.Problem(
        StatusCodes.Status413PayloadTooLarge,
        new ProblemError("", "The body is over 1 MiB.", "Write long texts and files to blobs of the account, and name them as promptBlob and files.")));

    private static bool IsJson(string? contentType)
    {
        if (string.IsNullOrWhiteSpace(contentType))
            return true;
        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}
