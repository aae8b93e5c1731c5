namespace SparrowFunctions.Tests.Simulation.World;

/// <summary>
/// A worker process: the synchronization context that all its awaits come back to. Killed, it loses every continuation it has and will
/// ever have, at whatever await its code stands; paused, it keeps them and runs none, while the clock goes on.
/// </summary>
internal sealed class SimProcess(SimWorld world, string name, TimeSpan skew) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State, bool InContext)> _ready = [];

    public SimWorld World => world;

    public string Name => name;

    /// <summary>How far its wall clock is off.</summary>
    public TimeSpan Skew => skew;

    public bool Alive { get; private set; } = true;

    public bool Paused { get; private set; }

    /// <summary>How many continuations could run now.</summary>
    public int Ready => Paused ? 0 : _ready.Count;

    /// <summary>How many continuations and callbacks have run in it.</summary>
    public long Steps { get; private set; }

    /// <summary>Told after each step; where kills at a chosen step hang.</summary>
    public Action? Stepped { get; set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        // Thrown on a foreign thread, the failure would take the test run down; the world throws it at its next step
        if (world.IsOnThread($"A continuation of {name} ran"))
            Add(d, state, inContext: true);
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new SimFailureException($"{name} was asked to run something synchronously.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Starts something in this process.</summary>
    public void Start(Func<Task> work) => Add(static state => _ = ((Func<Task>)state!)(), work, inContext: true);

    /// <summary>Runs a callback as one of this process' steps.</summary>
    /// <param name="callback">What to run.</param>
    /// <param name="state">Its argument.</param>
    /// <param name="inContext">
    /// False for callbacks of the base class library: completed without a context, its own inner awaits go on in place instead of on the
    /// thread pool, and the awaits of our code are posted here as ever.
    /// </param>
    public void Add(SendOrPostCallback callback, object? state, bool inContext)
    {
        if (Alive)
            _ready.Add((callback, state, inContext));
    }

    /// <summary>Ends the process on the spot.</summary>
    public void Kill()
    {
        Alive = false;
        _ready.Clear();
    }

    public void Pause() => Paused = true;

    public void Resume() => Paused = false;

    /// <summary>Runs the chosen one of the ready continuations.</summary>
    internal void Step(int index)
    {
        var (callback, state, inContext) = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        Steps++;
        var before = Current;
        SetSynchronizationContext(inContext ? this : null);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }

        Stepped?.Invoke();
    }
}
