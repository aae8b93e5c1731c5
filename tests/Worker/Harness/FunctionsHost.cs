using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Jobs;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Processes.Drivers;
using SparrowFunctions.Tests.Worker.Harness.Protocol;

namespace SparrowFunctions.Tests.Worker.Harness;

/// <summary>
/// The Functions host as the deployed app sees it: it starts the built app as a process of its own, asks it for its functions, loads and invokes them.
/// What listens and polls for real (queues, containers, schedules) is left to the tests; requests come through <see cref="FrontDoor"/>.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    private const int LongestMessage = 128 * 1024 * 1024;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly WebApplication _server;
    private readonly WorkerStream _stream;

    private FunctionsHost(WebApplication server, WorkerStream stream, ChildProcess process) => (_server, _stream, Process) = (server, stream, process);

    /// <summary>Where the built app lies, beside this program's own output.</summary>
    public static string AppFolder { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Functions", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));

    /// <summary>The worker.</summary>
    public ChildProcess Process { get; }

    /// <summary>The functions that the worker has, by name.</summary>
    public IReadOnlyDictionary<string, RpcFunctionMetadata> Functions { get; private set; } = new Dictionary<string, RpcFunctionMetadata>();

    /// <summary>What the worker can do, as it said at its start.</summary>
    public IReadOnlyDictionary<string, string> Capabilities { get; private set; } = new Dictionary<string, string>();

    /// <summary>What the worker sent to the host's log so far.</summary>
    public IReadOnlyList<RpcLog> Logs => _stream.Logs;

    /// <summary>Starts the app and returns when all its functions are loaded.</summary>
    /// <param name="node">The Node.js that holds the worker's lifeline.</param>
    /// <param name="settings">App settings, named as in Azure.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="InvalidOperationException">The worker ended, or refused a function; the message has what it wrote.</exception>
    public static async Task<FunctionsHost> StartAsync(NodeRuntime node, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var stream = new WorkerStream();
        var server = await ListenAsync(stream, cancellationToken);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        string[] arguments =
        [
            "--functions-uri", address, "--functions-worker-id", NewId(), "--functions-request-id", NewId(),
            "--functions-grpc-max-message-length", LongestMessage.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ];
        var environment = new Dictionary<string, string>(settings, StringComparer.Ordinal)
        {
            ["FUNCTIONS_APPLICATION_DIRECTORY"] = AppFolder,
            ["FUNCTIONS_WORKER_DIRECTORY"] = AppFolder,
        };
        var process = await ChildProcess.StartAsync(node, AppFolder, Path.Combine(AppFolder, "SparrowFunctions.dll"), arguments, environment);
        var host = new FunctionsHost(server, stream, process);
        try
        {
            await host.LoadAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Invokes a function and waits for its end.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="trigger">What sets it off.</param>
    /// <param name="cancellationToken">Ends the wait, not the invocation.</param>
    public Task<InvocationOutcome> InvokeAsync(string function, Trigger trigger, CancellationToken cancellationToken) =>
        InvokeAsync(NewId(), function, trigger, cancellationToken);

    /// <summary>The same under an id that is known beforehand, so that it can be cancelled.</summary>
    public async Task<InvocationOutcome> InvokeAsync(string id, string function, Trigger trigger, CancellationToken cancellationToken)
    {
        var metadata = Functions[function];
        var invocation = new InvocationRequest { InvocationId = id, FunctionId = metadata.FunctionId, TraceContext = new RpcTraceContext() };
        if (trigger.Input is { } input)
            invocation.InputData.Add(new ParameterBinding { Name = metadata.Bindings.Single(binding => binding.Value.Direction == BindingInfo.Types.Direction.In).Key, Data = input });
        foreach (var (name, value) in trigger.Metadata) invocation.TriggerMetadata.Add(name, value);
        var answer = await _stream.AskAsync(new StreamingMessage { RequestId = NewId(), InvocationRequest = invocation }, id, cancellationToken);
        return new InvocationOutcome(answer.InvocationResponse.Result.Status, answer.InvocationResponse.Result.Exception?.Message);
    }

    /// <summary>An id for an invocation.</summary>
    public static string NewId() => new SystemRandomSource().NextId().ToString();

    /// <summary>Cancels an invocation's token, as on functionTimeout and when a client has left.</summary>
    public void Cancel(string invocation) => _stream.Tell(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocation } });

    /// <summary>Asks the worker to end, as on a deployment and a scale-in.</summary>
    public void Terminate() => _stream.Tell(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });

    /// <summary>Ends the stream and leaves the connection.</summary>
    public void BreakStream() => _stream.Break();

    /// <summary>Goes away as a killed host does: everything it listened on is gone.</summary>
    public async Task DieAsync()
    {
        _stream.Break();
        await _server.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await _server.DisposeAsync();
        _stream.Dispose();
    }

    private static async Task<WebApplication> ListenAsync(WorkerStream stream, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (LongestMessage, LongestMessage));
        builder.Services.AddSingleton(stream);
        var server = builder.Build();
        server.MapGrpcService<WorkerStream>();
        await server.StartAsync(cancellationToken);
        return server;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (await Task.WhenAny(_stream.Started, Process.Exited).WaitAsync(StartLimit, TimeProvider.System, cancellationToken) != _stream.Started)
            throw new InvalidOperationException(string.Join(Environment.NewLine, Process.Lines));
        var init = await AskAsync(new StreamingMessage
        {
            WorkerInitRequest = new WorkerInitRequest { HostVersion = "4.1036.3", WorkerDirectory = AppFolder, FunctionAppDirectory = AppFolder },
        });
        Capabilities = init.WorkerInitResponse.Capabilities;

        var found = await AskAsync(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = AppFolder } });
        Functions = found.FunctionMetadataResponse.FunctionMetadataResults.ToDictionary(function => function.Name, StringComparer.Ordinal);

        // One at a time: the worker does not take them all at once
        foreach (var function in Functions.Values)
        {
            var loaded = await AskAsync(new StreamingMessage { FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function } });
            if (loaded.FunctionLoadResponse.Result.Status != StatusResult.Types.Status.Success)
                throw new InvalidOperationException($"{function.Name} was not loaded: {loaded.FunctionLoadResponse.Result.Exception?.Message}");
        }

        async Task<StreamingMessage> AskAsync(StreamingMessage message)
        {
            message.RequestId = NewId();
            return await _stream.AskAsync(message, message.RequestId, cancellationToken).WaitAsync(StartLimit, TimeProvider.System, cancellationToken);
        }
    }
}
