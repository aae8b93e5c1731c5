namespace SparrowFunctions.Tests.Simulation;

/// <summary>Expectations for code inside a simulated world; Shouldly's own look at a task from the thread pool.</summary>
internal static class SimExpect
{
    public static async Task<T> ThrowsAsync<T>(Func<Task> work)
        where T : Exception
    {
        try
        {
            await work();
        }
        catch (T exception)
        {
            return exception;
        }

        throw new ShouldAssertException($"{typeof(T).Name} should have been thrown.");
    }
}
