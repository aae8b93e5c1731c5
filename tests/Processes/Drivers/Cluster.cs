using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>An Azurite, an emulator and any number of local hosts, each in a process of its own, with a data folder of their own.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly NodeRuntime _node;
    private readonly string _folder;
    private readonly List<ChildProcess> _processes = [];
    private readonly List<LocalHostProcess> _started = [];
    private int _hosts;

    private Cluster(NodeRuntime node, string folder, AzuriteProcess azurite, EmulatorProcess emulatorProcess)
    {
        (_node, _folder, Azurite, EmulatorProcess) = (node, folder, azurite, emulatorProcess);
        Emulator = new EmulatorAdmin(emulatorProcess.Address);
        Prompts = new QueueClient(azurite.ConnectionString, "prompts");
        Results = new BlobContainerClient(azurite.ConnectionString, "results");
        Tables = new TableServiceClient(azurite.ConnectionString);
    }

    /// <summary>The storage.</summary>
    public AzuriteProcess Azurite { get; }

    /// <summary>The emulator's process.</summary>
    public EmulatorProcess EmulatorProcess { get; }

    /// <summary>The emulator's admin side.</summary>
    public EmulatorAdmin Emulator { get; }

    /// <summary>The outside door.</summary>
    public QueueClient Prompts { get; }

    /// <summary>The outcomes.</summary>
    public BlobContainerClient Results { get; }

    /// <summary>The tables.</summary>
    public TableServiceClient Tables { get; }

    /// <summary>When any of the hosts was killed, asked to stop, or stood still.</summary>
    public IReadOnlyList<Silence> Silences
    {
        get
        {
            lock (_processes) return [.. _started.SelectMany(host => host.Process.Silences.Select(silence => new Silence(silence.From, silence.Until, host.TokenHash)))];
        }
    }

    /// <summary>Where Azurite writes one line an operation, when that was asked for.</summary>
    public string AccessLog => LogPath(_folder);

    /// <summary>Starts Azurite and the emulator; no host yet.</summary>
    /// <param name="withAccessLog">True to keep Azurite's access log.</param>
    /// <param name="cancellationToken">Gives up and ends what was started.</param>
    public static async Task<Cluster> StartAsync(bool withAccessLog, CancellationToken cancellationToken)
    {
        var root = RepositoryRoot.Find(AppContext.BaseDirectory) ?? throw new InvalidOperationException("This must run inside the repository.");
        var node = await NodeRuntime.FindAsync(cancellationToken);
        var script = await new AzuriteInstaller(root, TimeProvider.System).EnsureInstalledAsync(progress: null, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("sparrow-processes-").FullName;

        // A root of its own: a developer's local.settings.json plays no part
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"devDependencies":{"azurite":"*"}}""", cancellationToken);
        var options = new AzuriteOptions(Path.Combine(folder, "azurite"))
        {
            Ports = AzuritePorts.Free,
            LogPath = withAccessLog ? LogPath(folder) : null,
        };
        var azurite = await AzuriteProcess.StartAsync(node, script, options, cancellationToken);
        try
        {
            var emulator = await EmulatorProcess.StartAsync(node, LoopbackPort.FindFree(), TimeProvider.System, cancellationToken);
            return new Cluster(node, folder, azurite, emulator);
        }
        catch
        {
            await azurite.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Starts a local host on this storage and this emulator and returns when it is healthy.</summary>
    /// <param name="settings">App settings, named as in Azure (<c>Jobs__Lease</c>).</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <param name="hasOwnKey">True for a key that no other host has: the ledger shows its hash, and so whose a call is. The gate is then its own too.</param>
    public async Task<LocalHostProcess> StartHostAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken, bool hasOwnKey = false)
    {
        var environment = new Dictionary<string, string>(settings);
        string? tokenHash = null;
        if (hasOwnKey)
        {
            var key = environment["Sparrow__ApiKey"] = $"key-of-host-{Interlocked.Increment(ref _hosts)}";
            tokenHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        }

        string[] port = ["--port", "0"];
        var process = await StartProgramAsync(LocalHostProcess.Program, port, environment);
        var host = await LocalHostProcess.HealthyAsync(process, tokenHash, cancellationToken);
        lock (_processes) _started.Add(host);
        return host;
    }

    /// <summary>Starts a program that takes <c>--storage</c> and <c>--sparrow</c>; it ends with the cluster at the latest.</summary>
    /// <param name="program">The path of its assembly.</param>
    /// <param name="arguments">What else it is told.</param>
    /// <param name="settings">Its environment.</param>
    public async Task<ChildProcess> StartProgramAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        string[] where = ["--storage", Azurite.ConnectionString, "--sparrow", EmulatorProcess.Address.ToString()];
        var process = await ChildProcess.StartAsync(_node, _folder, program, [.. arguments, .. where], settings);
        lock (_processes) _processes.Add(process);
        return process;
    }

    /// <summary>Sends a prompt object, serialized.</summary>
    public Task SendAsync(object prompt, CancellationToken cancellationToken) =>
        Prompts.SendMessageAsync(JsonSerializer.Serialize(prompt), timeToLive: TimeSpan.FromSeconds(-1), cancellationToken: cancellationToken);

    /// <summary>The ids of the jobs that have a result.json.</summary>
    public async Task<IReadOnlySet<string>> EndedAsync(CancellationToken cancellationToken)
    {
        const string Name = "/result.json";
        var ended = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in Results.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            if (blob.Name.EndsWith(Name, StringComparison.Ordinal)) ended.Add(blob.Name[..^Name.Length]);
        }

        return ended;
    }

    /// <summary>Ends everything and deletes the data.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        Emulator.Dispose();
        await EmulatorProcess.DisposeAsync();
        await Azurite.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string LogPath(string folder) => Path.Combine(folder, "storage.log");
}
