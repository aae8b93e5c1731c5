using System.Text;
using System.Text.Json;

namespace SparrowFunctions.Intake.Hooks.Schemes;

/// <summary>
/// GitHub's: the hex of the HMAC over the body in <c>X-Hub-Signature-256</c>. A redelivery has the <c>X-GitHub-Delivery</c> of the first.
/// Event <c>ping</c>, sent when a webhook is set up, is answered and makes no job.
/// </summary>
/// <param name="secret">The webhook's secret.</param>
public sealed class GithubScheme(string secret) : IHookScheme
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(secret);

    /// <inheritdoc/>
    public string? Refuse(HookRequest request, DateTimeOffset now)
    {
        var expected = "sha256=" + Convert.ToHexStringLower(SignatureCheck.Hmac(_key, "", request.Body.Span));
        return SignatureCheck.Same(expected, request.Header("X-Hub-Signature-256")) ? null : HookSchemes.Unsigned("github");
    }

    /// <inheritdoc/>
    public HookEvent Read(HookRequest request, JsonElement body)
    {
        var name = request.Header("X-GitHub-Event");
        return new HookEvent(request.Header("X-GitHub-Delivery"), name, name == "ping" ? "pong" : null);
    }
}
