namespace SparrowFunctions.LocalHost.Host.Settings;

/// <summary>What host.json says, with the overrides of <c>AzureFunctionsJobHost__…</c> settings applied.</summary>
internal sealed record HostSettings
{
    /// <summary>How long a function may run; null is without limit. 30 minutes unless set.</summary>
    public required TimeSpan? FunctionTimeout { get; init; }

    /// <summary>What every HTTP route begins with, without slashes at its ends; <c>api</c> unless set, may be empty.</summary>
    public required string RoutePrefix { get; init; }

    /// <summary>The queues section.</summary>
    public required QueueSettings Queues { get; init; }

    /// <summary>Blob functions running at once, of each trigger; 8 a processor unless set.</summary>
    public required int BlobParallelism { get; init; }

    /// <summary>Tries before a blob goes to the poison queue; 5 unless set.</summary>
    public required int PoisonBlobThreshold { get; init; }

    /// <summary>Lowest level to log, by category; <c>default</c> for all others.</summary>
    public required IReadOnlyDictionary<string, LogLevel> LogLevels { get; init; }
}
