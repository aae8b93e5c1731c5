using System.Text;
using System.Text.Json;

namespace SparrowFunctions.Intake.Hooks.Schemes;

/// <summary>
/// Slack's: the hex of the HMAC over <c>v0:{time}:{body}</c> in <c>X-Slack-Signature</c>. Repetitions (<c>X-Slack-Retry-Num</c>) have the <c>event_id</c>
/// of the first try. Slack's questions whether the hook is there, and its notice that it holds events back, are answered and make no job.
/// </summary>
/// <param name="secret">The app's signing secret.</param>
public sealed class SlackScheme(string secret) : IHookScheme
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(secret);

    /// <inheritdoc/>
    public string? Refuse(HookRequest request, DateTimeOffset now)
    {
        var time = request.Header("X-Slack-Request-Timestamp") ?? "";
        var expected = "v0=" + Convert.ToHexStringLower(SignatureCheck.Hmac(_key, $"v0:{time}:", request.Body.Span));
        return SignatureCheck.Same(expected, request.Header("X-Slack-Signature"))
            ? HookSchemes.Stale("X-Slack-Request-Timestamp", time, now)
            : HookSchemes.Unsigned("slack");
    }

    /// <inheritdoc/>
    public HookEvent Read(HookRequest request, JsonElement body)
    {
        var type = HookSchemes.Text(body, "type");
        if (request.IsForm)
            return ReadForm(body, type);
        return type switch
        {
            "url_verification" => new HookEvent(null, type, HookSchemes.Text(body, "challenge") ?? ""),
            "app_rate_limited" => new HookEvent(null, type, ""),
            _ => new HookEvent(HookSchemes.Text(body, "event_id"), body.ValueKind == JsonValueKind.Object && body.TryGetProperty("event", out var inner) ? HookSchemes.Text(inner, "type") ?? type : type),
        };
    }

    // A slash command has no event_id; its trigger_id is as unique. Slack tries commands once.
    private static HookEvent ReadForm(JsonElement body, string? type)
    {
        var command = HookSchemes.Text(body, "command");
        return new HookEvent(
            HookSchemes.Text(body, "trigger_id"), command ?? type, HookSchemes.Text(body, "ssl_check") == "1" ? "" : null, IsCommand: command is not null);
    }
}
