namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>Waits for something another process or a background loop will do; the one wait tests may use.</summary>
public static class Eventually
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    /// <summary>Asks again and again until the answer is there; fails with what was waited for when the limit (30 seconds by default) has passed.</summary>
    /// <param name="what">What is waited for, as the end of the sentence "Waited in vain until …".</param>
    /// <param name="look">Returns null while it is not there yet.</param>
    /// <param name="limit">How long to wait at most.</param>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> look, TimeSpan? limit = null)
        where T : class
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await look() is { } found) return found;
            if (TimeProvider.System.GetElapsedTime(started) > (limit ?? Usual)) throw new TimeoutException($"Waited in vain until {what}.");
            await Task.Delay(Poll, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Asks again and again until a condition holds.</summary>
    /// <inheritdoc cref="GetAsync" path="/param"/>
    public static Task TrueAsync(string what, Func<Task<bool>> look, TimeSpan? limit = null) =>
        GetAsync(what, async () => await look() ? "yes" : null, limit);

    /// <summary>Asks again and again until a condition holds.</summary>
    /// <inheritdoc cref="GetAsync" path="/param"/>
    public static Task TrueAsync(string what, Func<bool> look, TimeSpan? limit = null) =>
        GetAsync(what, () => Task.FromResult(look() ? "yes" : null), limit);
}
