namespace SparrowFunctions.LocalHost.Host;

/// <summary>What a program or a test may change of the host itself; the platform's rules are in host.json.</summary>
internal sealed class FunctionsHostOptions
{
    /// <summary>The path of host.json; beside the program unless set.</summary>
    public string HostJson { get; set; } = Path.Combine(AppContext.BaseDirectory, "host.json");

    /// <summary>How long running functions may go on after the stop signal before their tokens are cancelled.</summary>
    public TimeSpan DrainWindow { get; set; } = TimeSpan.FromSeconds(9);

    /// <summary>How long the host waits after cancelling before it ends whatever runs.</summary>
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a function may take to end after functionTimeout has cancelled its token, before the process is taken down.</summary>
    public TimeSpan TimeoutGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Takes the process down at once, with the reason.</summary>
    public Action<string> EndProcess { get; set; } = Environment.FailFast;
}
