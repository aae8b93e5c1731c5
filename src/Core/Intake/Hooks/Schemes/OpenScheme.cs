using System.Text.Json;

namespace SparrowFunctions.Intake.Hooks.Schemes;

/// <summary>No signature: whoever has the function key is believed. The delivery's id is the sender's <c>Idempotency-Key</c>, which has to stand by itself.</summary>
public sealed class OpenScheme : IHookScheme
{
    /// <inheritdoc/>
    public string? Refuse(HookRequest request, DateTimeOffset now) => null;

    /// <inheritdoc/>
    public HookEvent Read(HookRequest request, JsonElement body) => new(null, null);
}
