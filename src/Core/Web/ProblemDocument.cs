using System.Text.Json.Serialization;

namespace SparrowFunctions.Web;

/// <summary>Why a request was not done, as RFC 9457 has it.</summary>
/// <param name="Type">Always <c>about:blank</c>: the status says what kind of problem it is.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was wrong and how to put it right, in one text.</param>
/// <param name="Errors">The same, thing by thing, where it is about what was sent.</param>
public sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ProblemError>? Errors = null);

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">The field, header or parameter; empty for the body as a whole.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Remedy">What to send instead.</param>
/// <param name="Line">The line of the body, from 1, where that is known.</param>
/// <param name="Byte">The byte in that line, from 1.</param>
public sealed record ProblemError(
    string Field,
    string Problem,
    string Remedy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Line = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Byte = null);
