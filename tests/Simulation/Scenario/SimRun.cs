using System.Globalization;
using Microsoft.Extensions.Configuration;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Tests.Simulation.Host;
using SparrowFunctions.Tests.Simulation.Sparrow;
using SparrowFunctions.Tests.Simulation.Storage;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Scenario;

/// <summary>
/// Runs one seed: a while of trouble (faults, kills, pauses, outages) while prompts come in, then quiet until every job has ended, then the
/// judge.
/// </summary>
internal sealed class SimRun : IDisposable
{
    private static readonly TimeSpan RequestTimeout = new(0, 8, 30);
    private static readonly TimeSpan Limit = TimeSpan.FromHours(12);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Drain = TimeSpan.FromMinutes(12);

    private readonly SimWorld _world;
    private readonly SimScenario _scenario;
    private readonly SimStorage _storage;
    private readonly SimSparrow _sparrow;
    private readonly Judge _judge;
    private readonly IConfiguration _configuration;
    private readonly List<SimHost> _hosts = [];
    private bool _trouble = true;
    private bool _ended;
    private int _deaths;

    private SimRun(int seed, SimOptions options)
    {
        _world = new SimWorld(seed);
        _scenario = new SimScenario(_world.Random, options);
        _storage = new SimStorage(_world) { Mutation = options.Mutation };
        _sparrow = new SimSparrow(_world, _storage.Network, RequestTimeout) { AllowsForks = _scenario.AllowsForks };
        _judge = new Judge(_world, _storage, _sparrow, _scenario);
        _configuration = Configure(_scenario);
    }

    /// <summary>Runs a seed on the calling thread.</summary>
    public static SimVerdict Run(int seed, SimOptions? options = null)
    {
        using var run = new SimRun(seed, options ?? new SimOptions());
        IReadOnlyList<string> problems;
        try
        {
            problems = run.Play();
        }
        catch (SimFailureException exception)
        {
            problems = [exception.Message];
        }

        var world = run._world;
        return new SimVerdict(seed, problems, world.Trace.Hash, [.. world.Trace.Last(int.MaxValue)], run._sparrow.Calls.Count, run._deaths, world.Steps, world.Elapsed);
    }

    public void Dispose() => _world.Dispose();

    private IReadOnlyList<string> Play()
    {
        _storage.Container("drop").Write("note.txt", "A note."u8.ToArray(), "text/plain", null, null);
        _storage.Network.Faults = _scenario.Storage;
        _storage.Network.Watcher = _judge.Watch;
        _storage.Network.Unanswered = _judge.Unanswered;
        _sparrow.Faults = _scenario.Sparrow;
        foreach (var prompt in _scenario.Prompts)
            PlanSending(prompt);
        for (var i = 1; i <= _scenario.Processes; i++)
            StartHost(string.Create(CultureInfo.InvariantCulture, $"w{i}"), 1);
        foreach (var at in _scenario.Pauses)
            _world.After(at, PauseSomebody);
        foreach (var at in _scenario.Outages)
            _world.After(at, () => _judge.Outage(_world.Random.Skewed(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(4))));
        foreach (var at in _scenario.Closings)
            _world.After(at, CloseSparrow);
        _world.After(SimScenario.Trouble, EndTrouble);

        _world.After(Look, LookForEnd);
        if (!_world.Run(() => _ended, Limit))
            _world.Tell("not everything ended in time");
        else
            _world.RunFor(Drain);
        return _judge.Problems();
    }

    private void PlanSending(SimPrompt prompt)
    {
        foreach (var at in prompt.SentAt)
        {
            _world.After(at, () =>
            {
                var message = _storage.Queue(StorageNames.PromptsQueue).Send(prompt.Json(), null);
                prompt.Messages.Add(message.Id);
                _world.Tell($"sent {prompt} as message {message.Id}");
            });
        }
    }

    private void StartHost(string name, int life)
    {
        var skew = _scenario.Skews ? _world.Random.Between(TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2)) : TimeSpan.Zero;
        var process = _world.NewProcess(string.Create(CultureInfo.InvariantCulture, $"{name}.{life}"), skew);
        var options = new SimHostOptions { BatchSize = _scenario.BatchSize };
        var host = new SimHost(process, _storage, _sparrow, _configuration, options, (dead, _) =>
        {
            _deaths++;
            _hosts.Remove(dead);
            _judge.Died(dead.Process);
            _world.After(_world.Random.Skewed(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3)), () => StartHost(name, life + 1));
        });
        _hosts.Add(host);
        if (_trouble && _world.Random.Chance(_scenario.KillChance))
            PlanEnd(host);
        host.Start();
    }

    // At one of the first requests of its life: before it leaves, after its effect, or when its answer is there, give or take a few steps
    private void PlanEnd(SimHost host)
    {
        var (random, process) = (_world.Random, host.Process);
        var request = random.Below(200);
        var stage = random.Pick([CallStage.Leaving, CallStage.Effective, CallStage.Answered]);
        var steps = random.Chance(0.5) ? 0 : random.Below(12);
        var stops = random.Chance(_scenario.StopChance);
        _judge.At(process, stage, request, () =>
        {
            var end = process.Steps + steps;
            if (steps == 0)
                End();
            else
                process.Stepped = () =>
                {
                    if (process.Steps >= end)
                        End();
                };

            void End()
            {
                process.Stepped = null;
                if (!_trouble)
                    return;
                if (stops)
                    host.Stop();
                else
                    host.Kill($"at request {request}, {stage}, {steps} steps on");
            }
        });
    }

    private void PauseSomebody()
    {
        var running = _hosts.FindAll(host => !host.Process.Paused);
        if (running.Count == 0)
            return;
        var process = _world.Random.Pick(running).Process;
        var length = _world.Random.Skewed(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(8));
        _judge.Paused(process, length);
        process.Pause();
        _world.Tell($"{process.Name} stands still for {length:mm\\:ss}");
        _world.After(length, () =>
        {
            process.Resume();
            _world.Tell($"{process.Name} goes on");
        });
    }

    private void CloseSparrow()
    {
        _sparrow.Closed = _world.Random.Pick([401, 402, 403, 429, 503, 0]);
        _world.Tell($"Sparrow is closed with {_sparrow.Closed}");
        var length = _world.Random.Skewed(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(20));
        _judge.Closed(_sparrow.Closed.Value, _world.Elapsed + length);
        _world.After(length, OpenSparrow);
    }

    private void OpenSparrow()
    {
        if (_sparrow.Closed is not null)
            _world.Tell("Sparrow is open");
        _sparrow.Closed = null;
    }

    private void EndTrouble()
    {
        _world.Tell("no more trouble");
        _trouble = false;
        _storage.Network.Faults = StorageFaults.None;
        _sparrow.Faults = SparrowFaults.None;
        OpenSparrow();
    }

    private void LookForEnd()
    {
        _ended = !_trouble && _judge.AllEnded();
        if (!_ended)
            _world.After(Look, LookForEnd);
    }

    private static IConfiguration Configure(SimScenario scenario) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        ["Sparrow:ApiKey"] = "sim-key",
        ["Jobs:MaxRetryDelay"] = "00:05:00",
        ["Jobs:UnknownOutcome"] = scenario.HoldsUnknown ? "hold" : "retryOnce",
    }).Build();
}
