using System.Text;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Intake.Hooks;

/// <summary>Requests of the shape that GitHub, Slack and senders of Standard Webhooks send, to the byte. The secrets are those of their documentation.</summary>
internal static class RecordedDelivery
{
    public const string GithubSecret = "It's a Secret to Everybody";
    public const string SlackSecret = "8f742231b10e8888abcd99yyyzzz85a5";
    public const string StandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// <summary>When the recorded requests of Slack were signed.</summary>
    public static readonly DateTimeOffset SlackTime = DateTimeOffset.FromUnixTimeSeconds(1531420618);

    /// <summary>When those of Standard Webhooks were.</summary>
    public static readonly DateTimeOffset StandardTime = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    public static HookRequest Read(string name)
    {
        var bytes = File.ReadAllBytes(Golden.PathOf($"Core/Intake/Hooks/Golden/{name}.http"));
        var split = bytes.AsSpan().IndexOf("\n\n"u8);
        var headers = Encoding.UTF8.GetString(bytes, 0, split).Split('\n').Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new HookRequest(headers, bytes.AsMemory((split + 2)..^1));
    }

    public static HookRequest WithHeader(this HookRequest request, string name, string? value)
    {
        var headers = request.Headers.Where(header => !header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).ToDictionary(StringComparer.OrdinalIgnoreCase);
        if (value is not null)
            headers[name] = value;
        return request with { Headers = headers };
    }

    public static HookRequest JsonRequest(string body) => new(
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json" }, Encoding.UTF8.GetBytes(body));
}
