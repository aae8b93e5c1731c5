using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparrowEmulator.Accounts;

/// <summary>
/// Issues keys, as the console of the vendor's accounts does. Every e-mail address and password is taken, and neither is kept. It is no call
/// of the ledger, and faults never strike it.
/// </summary>
internal sealed class AccessTokenEndpoint(IssuedKeys keys)
{
    /// <summary>The path.</summary>
    public const string Path = "/console/access_token";

    // What the vendor's own client asks for unless it is told otherwise
    private const int UsualLife = 86_400;
    private const int LongestLife = 366 * 86_400;

    /// <summary>Issues one.</summary>
    public async Task HandleAsync(HttpContext context) => await (await AnswerAsync(context)).WriteAsync(context);

    private async Task<Reply> AnswerAsync(HttpContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return Issue(body.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refuse("The body is not JSON {email, password, ttl}.");
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return Reply.Cut(Faults.DropPoint.Before);
        }
    }

    private Reply Issue(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) return Refuse("The body must be a JSON object {email, password, ttl}.");
        if (Text(body, "email") is not { } email) return Refuse("email is missing: it must be a text that is not empty.");
        if (Text(body, "password") is null) return Refuse("password is missing: it must be a text that is not empty.");
        if (Life(body) is not { } life) return Refuse($"ttl must be a whole number of seconds from 1 to {LongestLife}.");

        var (key, until) = keys.Issue(TimeSpan.FromSeconds(life));
        return Reply.Json(StatusCodes.Status200OK, new JsonObject
        {
            ["access_token"] = key,
            ["expired_at"] = until.ToUnixTimeSeconds(),
            ["username"] = email.Split('@')[0],
        });
    }

    private static Reply Refuse(string problem) => Reply.Refuse(StatusCodes.Status409Conflict, problem);

    private static string? Text(JsonElement body, string field) =>
        body.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static int? Life(JsonElement body)
    {
        if (!body.TryGetProperty("ttl", out var value)) return UsualLife;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var seconds) && seconds is >= 1 and <= LongestLife ? seconds : null;
    }
}
