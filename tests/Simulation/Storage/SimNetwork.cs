using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues.Models;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage;

/// <summary>
/// The way between processes and storage. A request takes effect some time after it left and is answered some time after that, so a
/// process can die, and others can act, between the two; the seed decides what goes wrong on the way.
/// </summary>
internal sealed class SimNetwork(SimWorld world)
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan SdkPatience = TimeSpan.FromSeconds(20);

    private TimeSpan _outageEnd = TimeSpan.MinValue;

    public SimWorld World => world;

    public StorageFaults Faults { get; set; } = StorageFaults.None;

    /// <summary>Told of every request's stages, storage's and Sparrow's: where kills at a chosen point hang.</summary>
    public Action<SimProcess, CallStage>? Watcher { get; set; }

    /// <summary>Told of every request that storage did not answer, with its words in the trace.</summary>
    public Action<SimProcess, string>? Unanswered { get; set; }

    /// <summary>Nothing reaches storage for a while.</summary>
    public void BeginOutage(TimeSpan length)
    {
        _outageEnd = world.Elapsed + length;
        world.Tell($"storage is out of reach for {length:mm\\:ss}");
    }

    /// <summary>Whether nothing reaches storage now.</summary>
    public bool Out => world.Elapsed < _outageEnd;

    /// <summary>Makes a request.</summary>
    /// <param name="process">Who asks.</param>
    /// <param name="what">What, for the trace.</param>
    /// <param name="effect">What the service does; throws what the SDK would throw.</param>
    /// <param name="cancellationToken">The caller's; a request that has left may take effect all the same.</param>
    public Task<T> CallAsync<T>(SimProcess process, string what, Func<T> effect, CancellationToken cancellationToken)
    {
        world.AssertOnThread($"{what} was asked");
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        if (!process.Alive)
            return new TaskCompletionSource<T>().Task; // killed in the very step that asks

        var request = new Request<T>(this, process, what, effect, cancellationToken);
        Watcher?.Invoke(process, CallStage.Leaving);
        world.After(Delay(), request.Arrive);
        return request.Answer;
    }

    private TimeSpan Delay() => world.Random.Chance(Faults.Slow)
        ? world.Random.Skewed(Usual, Slow)
        : world.Random.Between(Quick, Usual);

    private sealed class Request<T>
    {
        private readonly SimNetwork _network;
        private readonly SimProcess _process;
        private readonly string _what;
        private readonly Func<T> _effect;
        private readonly TaskCompletionSource<T> _answer = new();
        private readonly CancellationTokenRegistration _cancellation;

        public Request(SimNetwork network, SimProcess process, string what, Func<T> effect, CancellationToken cancellationToken)
        {
            (_network, _process, _what, _effect) = (network, process, what, effect);
            _cancellation = cancellationToken.UnsafeRegister(
                static (state, token) => ((TaskCompletionSource<T>)state!).TrySetCanceled(token), _answer);
        }

        public Task<T> Answer => _answer.Task;

        private SimWorld World => _network.World;

        public void Arrive()
        {
            // A request of a process that has just died may be on its way already, or may not
            if (!_process.Alive && World.Random.Chance(0.5))
                return;

            var (random, faults) = (World.Random, _network.Faults);
            if (_network.Out)
            {
                World.Tell($"{_process.Name} {_what} -> out of reach");
                World.After(random.Between(TimeSpan.FromSeconds(1), SdkPatience), () => Fail(Unreachable()));
                return;
            }

            if (random.Chance(faults.Busy))
            {
                World.Tell($"{_process.Name} {_what} -> 503");
                World.After(random.Between(TimeSpan.FromSeconds(1), SdkPatience), () => Fail(new RequestFailedException(503, "The server is busy.", "ServerBusy", null)));
                return;
            }

            var outcome = Perform("");
            if (random.Chance(faults.Repeated))
                World.After(random.Skewed(TimeSpan.FromSeconds(1), SdkPatience), Repeat);
            else if (random.Chance(faults.LostAnswer))
                World.After(random.Between(TimeSpan.FromSeconds(1), SdkPatience), () => Fail(Unreachable()));
            else
                World.After(_network.Delay(), () => Deliver(outcome));
        }

        private void Repeat()
        {
            if (!_process.Alive)
                return;
            var outcome = _network.Out ? (default(T), Unreachable()) : Perform(" (repeated by the SDK)");
            World.After(_network.Delay(), () => Deliver(outcome));
        }

        private (T? Value, Exception? Error) Perform(string note)
        {
            (T? Value, Exception? Error) outcome;
            try
            {
                outcome = (_effect(), null);
            }
            catch (RequestFailedException exception)
            {
                outcome = (default, exception);
            }

            World.Tell($"{_process.Name} {_what}{note} -> {Describe(outcome.Value, outcome.Error)}");
            if (_process.Alive)
                _network.Watcher?.Invoke(_process, CallStage.Effective);
            return outcome;
        }

        private static string? Describe(T? value, Exception? error) => error switch
        {
            RequestFailedException failed => $"{failed.Status} {failed.ErrorCode}",
            _ => value switch
            {
                Response<QueueMessage[]> received => string.Join(", ", received.Value.Select(message => $"{message.MessageId[..8]} ({message.DequeueCount}) {message.Body}")),
                Response<TableEntity> row => $"{row.Value.GetString("State") ?? "200"} {row.Value.ETag}",
                _ => value?.ToString() is { Length: > 0 } text && text.StartsWith("Status: ", StringComparison.Ordinal) ? text[8..11] : value?.ToString(),
            },
        };

        private void Deliver((T? Value, Exception? Error) outcome)
        {
            if (outcome.Error is { } error)
            {
                Fail(error);
                return;
            }

            Complete(() => _answer.TrySetResult(outcome.Value!));
        }

        private void Fail(Exception error)
        {
            if (error is AggregateException or RequestFailedException { Status: 0 or 503 })
                _network.Unanswered?.Invoke(_process, _what);
            Complete(() => _answer.TrySetException(error));
        }

        // Completed without a context: whoever awaits is posted to the process, one step of its own
        private void Complete(Action complete)
        {
            if (!_process.Alive)
                return;
            _cancellation.Unregister();
            complete();
            _network.Watcher?.Invoke(_process, CallStage.Answered);
        }

        // After its last try the SDK throws what it met: one failure as it is, several as an aggregate
        private Exception Unreachable()
        {
            var failed = new RequestFailedException(0, "The connection was reset.", null, new IOException("The connection was reset."));
            return World.Random.Chance(0.5) ? failed : new AggregateException("Retry failed after 4 tries.", failed, failed, failed, failed);
        }
    }
}
