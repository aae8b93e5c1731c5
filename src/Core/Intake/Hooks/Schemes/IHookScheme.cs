using System.Text.Json;

namespace SparrowFunctions.Intake.Hooks.Schemes;

/// <summary>A way of signing deliveries.</summary>
public interface IHookScheme
{
    /// <summary>Looks whether a delivery is genuine and fresh, over its raw bytes.</summary>
    /// <param name="request">The delivery.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null when it is; otherwise why it is refused. What was wrong with a signature is not told.</returns>
    string? Refuse(HookRequest request, DateTimeOffset now);

    /// <summary>Tells what a genuine delivery is.</summary>
    /// <param name="request">The delivery.</param>
    /// <param name="body">Its body as JSON.</param>
    HookEvent Read(HookRequest request, JsonElement body);
}
