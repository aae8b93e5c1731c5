namespace SparrowFunctions.Perf;

/// <summary>What a worker is given to do.</summary>
/// <param name="Prompts">How many prompts.</param>
/// <param name="AtOnce">How many may run at once.</param>
/// <param name="Latency">How long a call takes.</param>
/// <param name="Every">How long after the one before each prompt is sent; null when all are there before the clock starts.</param>
internal sealed record Load(int Prompts, int AtOnce, TimeSpan Latency, TimeSpan? Every = null)
{
    /// <summary>The same prompts one by one, just so fast that all places are needed.</summary>
    public Load AsTrickle => this with { Every = Latency / AtOnce };

    /// <summary>The time that calls alone take when all places are always filled, and no earlier than the last prompt is answered: no worker can be faster.</summary>
    public TimeSpan Ideal
    {
        get
        {
            var calls = Latency * ((Prompts + AtOnce - 1) / AtOnce);
            var last = ((Every ?? TimeSpan.Zero) * (Prompts - 1)) + Latency;
            return calls > last ? calls : last;
        }
    }
}
