using System.Text.Json.Serialization;

namespace SparrowFunctions.Telemetry;

/// <summary>What <c>GET /api/health</c> tells: enough to see that work flows, nothing secret.</summary>
/// <param name="Status">healthy, degraded (accepted work waits) or unhealthy (storage can't be reached).</param>
/// <param name="Storage">reachable or unreachable.</param>
/// <param name="Gate">open, paused, or closed with its kind; unknown when storage can't be reached.</param>
/// <param name="Queue">How queue prompts stands; null when storage can't be reached.</param>
/// <param name="Version">The app's version.</param>
/// <param name="CheckedAt">When this was found out; a report is reused for 10 seconds.</param>
public sealed record HealthReport(string Status, string Storage, string Gate, QueueHealth? Queue, string Version, DateTimeOffset CheckedAt)
{
    /// <summary>503 only when storage can't be reached; a closed gate is no fault of the app.</summary>
    [JsonIgnore]
    public int StatusCode => Storage == "reachable" ? 200 : 503;
}

/// <summary>How a queue stands.</summary>
/// <param name="Messages">About how many messages it holds, those being worked on included.</param>
/// <param name="OldestWaitingSeconds">Age of the message that waits longest at its head, in seconds; null when none waits.</param>
public sealed record QueueHealth(int Messages, double? OldestWaitingSeconds);
