using System.Text.Json.Serialization;

namespace SparrowFunctions.LocalHost.Host.Timers;

/// <summary>What is remembered of a timer between runs and between hosts; times in UTC.</summary>
/// <param name="Occurrence">The newest scheduled time that some host has run.</param>
/// <param name="Last">When the function last began.</param>
/// <param name="Next">When it is to run next.</param>
/// <param name="LastUpdated">When this was written.</param>
internal sealed record TimerState(DateTimeOffset? Occurrence, DateTime Last, DateTime Next, DateTime LastUpdated);

[JsonSerializable(typeof(TimerState))]
internal sealed partial class TimerJsonContext : JsonSerializerContext;
