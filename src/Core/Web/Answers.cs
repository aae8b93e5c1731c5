using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace SparrowFunctions.Web;

/// <summary>The answers to requests, each as JSON or a problem document.</summary>
internal static class Answers
{
    private const string Json = "application/json; charset=utf-8";

    /// <summary>A document.</summary>
    public static IResult Of<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) => TypedResults.Json(value, type, Json, status);

    /// <summary>A document with its version: 304 for whoever has it already.</summary>
    public static IResult Versioned<T>(T value, JsonTypeInfo<T> type)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(value, type);
        var version = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"");
        return TypedResults.Bytes(content, Json, entityTag: version);
    }

    /// <summary>400 for everything that is wrong with a request.</summary>
    public static IResult Bad(params IReadOnlyList<ProblemError> errors) => Problem(StatusCodes.Status400BadRequest, errors);

    /// <summary>404.</summary>
    public static IResult Missing(string detail) => Problem(StatusCodes.Status404NotFound, detail);

    /// <summary>Another status, for what is wrong with a request.</summary>
    public static IResult Problem(int status, params IReadOnlyList<ProblemError> errors) =>
        Problem(status, string.Join(' ', errors.Select(error => error.Field.Length == 0 ? $"{error.Problem} {error.Remedy}" : $"{error.Field}: {error.Problem} {error.Remedy}")), errors);

    /// <summary>Another status, for what stands in a request's way.</summary>
    public static IResult Problem(int status, string detail, IReadOnlyList<ProblemError>? errors = null) => TypedResults.Json(
        new ProblemDocument("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, errors),
        WebJson.Readable.ProblemDocument,
        "application/problem+json",
        status);
}
