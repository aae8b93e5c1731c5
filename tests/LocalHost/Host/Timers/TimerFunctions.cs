using SparrowFunctions.LocalHost.Attributes;

namespace SparrowFunctions.Tests.LocalHost.Host.Timers;

internal sealed class Ticks(Script script)
{
    [Function("Tick")]
    public Task RunAsync([TimerTrigger("%Schedule%")] TimerInfo timer, CancellationToken cancellationToken) =>
        script.PlayAsync(new Seen("Tick", Extra: timer), cancellationToken);
}

internal sealed class StartTicks(Script script)
{
    [Function("StartTick")]
    public Task RunAsync([TimerTrigger("%Schedule%", RunOnStartup = true)] TimerInfo timer, CancellationToken cancellationToken) =>
        script.PlayAsync(new Seen("StartTick", Extra: timer), cancellationToken);
}
