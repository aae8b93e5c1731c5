namespace SparrowFunctions.Tests.Simulation.Host;

/// <summary>The platform's rules, as host.json has them; the batch is smaller, so that the processes share the work.</summary>
internal sealed record SimHostOptions
{
    /// <summary>Messages taken at once, and half of what may run at once.</summary>
    public int BatchSize { get; init; } = 4;

    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>How long a failed message stays invisible.</summary>
    public TimeSpan AfterFailure { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a taken message is invisible; renewed at half of it.</summary>
    public TimeSpan MessageVisibility { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How late a poll may be.</summary>
    public TimeSpan PollingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A function that runs longer takes the process down.</summary>
    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>How long a stopping process may go on with what it has begun.</summary>
    public TimeSpan Shutdown { get; init; } = TimeSpan.FromSeconds(12);
}
