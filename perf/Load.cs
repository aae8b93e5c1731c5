namespace SparrowFunctions.Perf;

/// <summary>What a worker is given to do.</summary>
/// <param name="Prompts">How many prompts.</param>
/// <param name="AtOnce">How many may run at once.</param>
/// <param name="Latency">How long a call takes.</param>
internal sealed record Load(int Prompts, int AtOnce, TimeSpan Latency)
{
    /// <summary>The time that calls alone take when all places are always filled: no worker can be faster.</summary>
    public TimeSpan Ideal => Latency * ((Prompts + AtOnce - 1) / AtOnce);
}
