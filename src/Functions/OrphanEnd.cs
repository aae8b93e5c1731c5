using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SparrowFunctions;

/// <summary>
/// Ends this process when its host has gone and nothing runs any more. Without it a worker whose host was killed lives on for ever;
/// what runs is finished first, since it is paid for.
/// </summary>
internal sealed partial class OrphanEnd(
    HostStream stream, RunningInvocations running, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<OrphanEnd> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await stream.Broken.WaitAsync(stoppingToken);
        Log.HostGone(logger, running.Count);
        using var timer = new PeriodicTimer(Pace, time);
        while (running.Count > 0) await timer.WaitForNextTickAsync(stoppingToken);
        lifetime.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 320, Level = LogLevel.Warning, Message = "The Functions host has gone. This process ends when the invocations that still run ({Running}) are done")]
        public static partial void HostGone(ILogger logger, int running);
    }
}
