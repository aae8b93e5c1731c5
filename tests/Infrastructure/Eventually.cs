namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>Waits for something another process or a background loop will do; the one wait tests may use.</summary>
public static class Eventually
{
    /// <summary>How long anything is waited for. Only against hanging: what is waited for ends the wait, however slow the machine is.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again until the answer is there; fails with what was waited for when it has not come within minutes.</summary>
    /// <param name="what">What is waited for, as the end of the sentence "Waited in vain until …".</param>
    /// <param name="look">Returns null while it is not there yet.</param>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> look)
        where T : class
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await look() is { } found) return found;
            if (TimeProvider.System.GetElapsedTime(started) > Limit) throw new TimeoutException($"Waited in vain until {what}.");
            await Task.Delay(Poll, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for what ends by itself; fails with what was waited for when it has not ended within minutes.</summary>
    /// <param name="what">What is waited for, as the end of the sentence "Waited in vain until …".</param>
    /// <param name="task">What ends.</param>
    public static async Task EndsAsync(string what, Task task)
    {
        if (await Task.WhenAny(task, Task.Delay(Limit, TimeProvider.System, TestContext.Current.CancellationToken)) != task)
            throw new TimeoutException($"Waited in vain until {what}.");
        await task;
    }

    /// <summary>Asks again and again until a condition holds.</summary>
    /// <inheritdoc cref="GetAsync" path="/param"/>
    public static Task TrueAsync(string what, Func<Task<bool>> look) =>
        GetAsync(what, async () => await look() ? "yes" : null);

    /// <summary>Asks again and again until a condition holds.</summary>
    /// <inheritdoc cref="GetAsync" path="/param"/>
    public static Task TrueAsync(string what, Func<bool> look) =>
        GetAsync(what, () => Task.FromResult(look() ? "yes" : null));
}
