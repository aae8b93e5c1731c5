namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>Waits with a deadline for what another process will do.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    // Only against hanging: what is waited for ends the wait, however slow the machine is
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>Asks again and again until a condition holds; gives up only where it never will.</summary>
    /// <inheritdoc cref="UntilAsync(string, Func{Task{bool}}, TimeSpan, CancellationToken)"/>
    public static Task UntilAsync(string what, Func<Task<bool>> look, CancellationToken cancellationToken) => UntilAsync(what, look, Limit, cancellationToken);

    /// <inheritdoc cref="UntilAsync(string, Func{Task{bool}}, CancellationToken)"/>
    public static Task UntilAsync(string what, Func<bool> look, CancellationToken cancellationToken) => UntilAsync(what, look, Limit, cancellationToken);

    /// <summary>Asks again and again until a condition holds.</summary>
    /// <param name="what">What is waited for, as the end of the sentence "Waited in vain until …".</param>
    /// <param name="look">The condition.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The limit has passed.</exception>
    public static async Task UntilAsync(string what, Func<Task<bool>> look, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await look())
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                throw new TimeoutException($"Waited in vain for {limit.TotalSeconds:0} seconds until {what}.");
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    /// <inheritdoc cref="UntilAsync(string, Func{Task{bool}}, TimeSpan, CancellationToken)"/>
    public static Task UntilAsync(string what, Func<bool> look, TimeSpan limit, CancellationToken cancellationToken) =>
        UntilAsync(what, () => Task.FromResult(look()), limit, cancellationToken);
}
