using SparrowFunctions.LocalHost.Host.Blobs;
using SparrowFunctions.LocalHost.Host.Timers;

namespace SparrowFunctions.LocalHost.Host.Definition;

/// <summary>What starts a function, with all settings resolved.</summary>
internal abstract record TriggerDefinition
{
    /// <summary>Names that <c>string</c> parameters may take their value from.</summary>
    public virtual IReadOnlyCollection<string> TokenNames => [];
}

/// <summary>A message on a queue. A null connection is <c>AzureWebJobsStorage</c>.</summary>
internal sealed record QueueTriggerDefinition(string QueueName, string? Connection) : TriggerDefinition;

/// <summary>A new or overwritten blob; <paramref name="Polled"/> is false when the app counts on Event Grid.</summary>
internal sealed record BlobTriggerDefinition(BlobPathPattern Path, string? Connection, bool Polled) : TriggerDefinition
{
    public override IReadOnlyCollection<string> TokenNames => Path.TokenNames;
}

/// <summary>A schedule.</summary>
internal sealed record TimerTriggerDefinition(TimerSchedule Schedule, bool RunOnStartup, bool UseMonitor) : TriggerDefinition;

/// <summary>A request; no methods means all of them. The route is below the prefix.</summary>
internal sealed record HttpTriggerDefinition(
    string Route, IReadOnlyCollection<string> RouteValues, IReadOnlyCollection<string> Methods, AuthorizationLevel Level) : TriggerDefinition
{
    public override IReadOnlyCollection<string> TokenNames => RouteValues;
}
