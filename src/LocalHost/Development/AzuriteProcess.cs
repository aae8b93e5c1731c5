using System.Globalization;
using System.Text.RegularExpressions;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>A running Azurite: blobs, queues and tables in one process that ends with this one.</summary>
public sealed partial class AzuriteProcess : IAsyncDisposable
{
    /// <summary>The file in the data folder that only its user holds open.</summary>
    public const string LockName = "in-use.lock";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly LifelineProcess _process;
    private readonly FileStream _folderLock;

    private AzuriteProcess(LifelineProcess process, FileStream folderLock, AzuritePorts ports, AzuriteOptions options)
    {
        _process = process;
        _folderLock = folderLock;
        Ports = ports;
        Options = options;
    }

    /// <summary>The ports it listens on, chosen ones included.</summary>
    public AzuritePorts Ports { get; }

    /// <summary>What it was started with.</summary>
    public AzuriteOptions Options { get; }

    /// <summary>The process.</summary>
    public LifelineProcess Process => _process;

    /// <summary>Connection string of the first account.</summary>
    public string ConnectionString => Ports.ConnectionString(Options.Accounts[0]);

    /// <summary>Starts Azurite and returns when all three services answer.</summary>
    /// <param name="node">The Node.js to run it on.</param>
    /// <param name="script">Azurite's program, from <see cref="AzuriteInstaller"/>.</param>
    /// <param name="options">Folder, ports, accounts.</param>
    /// <param name="cancellationToken">Gives up and ends the process.</param>
    /// <exception cref="SetupException">A port or the folder is in use, or Azurite ended by itself.</exception>
    public static async Task<AzuriteProcess> StartAsync(NodeRuntime node, string script, AzuriteOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.DataFolder);
        var folderLock = FolderLock.TryTake(options.DataFolder, LockName)
            ?? throw new SetupException(
                $"Another Azurite uses the data folder {options.DataFolder}. Stop the other local host, or choose another folder with --data.");

        var listening = new ListeningPorts();
        LifelineProcess? process = null;
        try
        {
            process = LifelineProcess.Start(node, new LifelineCommand(script, Arguments(options))
            {
                IsScript = true,
                Environment = Variables(options),
                LogPath = options.LogPath,
                OnLine = listening.Read,
            });
            var ports = await WaitAsync(process, listening, options, cancellationToken);
            return new AzuriteProcess(process, folderLock, ports, options);
        }
        catch
        {
            if (process is not null) await process.DisposeAsync();
            await folderLock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops Azurite, which writes its data to disk first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _folderLock.DisposeAsync();
    }

    private static string[] Arguments(AzuriteOptions options) =>
    [
        // The storage SDKs send a newer API version than Azurite knows.
        "--skipApiVersionCheck",
        "--disableTelemetry",
        "--location", options.DataFolder,
        "--blobPort", options.Ports.Blob.ToString(CultureInfo.InvariantCulture),
        "--queuePort", options.Ports.Queue.ToString(CultureInfo.InvariantCulture),
        "--tablePort", options.Ports.Table.ToString(CultureInfo.InvariantCulture),
        .. options.LogPath is null ? (string[])["--silent"] : [],
    ];

    private static Dictionary<string, string> Variables(AzuriteOptions options) => new()
    {
        ["AZURITE_ACCOUNTS"] = string.Join(';', options.Accounts.Select(account => $"{account.Name}:{account.Key}")),
    };

    private static async Task<AzuritePorts> WaitAsync(
        LifelineProcess process, ListeningPorts listening, AzuriteOptions options, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        try
        {
            if (await Task.WhenAny(listening.All, process.Exited).WaitAsync(limit.Token) == process.Exited) throw Ended(process, options);

            var ports = await listening.All;
            using var http = new HttpClient();
            foreach (var port in ports.All)
            {
                // Any answer will do: without a signature it is a refusal.
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{options.Accounts[0].Name}?comp=list"), limit.Token);
            }

            return ports;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SetupException($"Azurite did not answer within {StartLimit.TotalSeconds:0} seconds. Its last lines: {Tail(process)}", late);
        }
    }

    private static SetupException Ended(LifelineProcess process, AzuriteOptions options)
    {
        var tail = Tail(process);
        if (PortTaken().Match(tail) is not { Success: true } taken)
            return new SetupException($"Azurite ended right after its start. Its last lines: {tail}");

        var port = taken.Groups["port"].Value;
        var service = port == options.Ports.Blob.ToString(CultureInfo.InvariantCulture) ? "blob"
            : port == options.Ports.Queue.ToString(CultureInfo.InvariantCulture) ? "queue" : "table";
        return PortInUse(port, service);
    }

    private static SetupException PortInUse(string port, string service) => new(
        $"Port {port}, where Azurite's {service} service should listen, is in use. If an Azurite runs there already, use it with "
        + "--storage UseDevelopmentStorage=true; else stop the program that holds the port.");

    private static string Tail(LifelineProcess process) => string.Join(" | ", process.LastLines.TakeLast(6));

    [GeneratedRegex(@"EADDRINUSE\D*\s\S*:(?<port>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PortTaken();

    /// <summary>Reads from Azurite's output where each service listens.</summary>
    private sealed partial class ListeningPorts
    {
        private readonly TaskCompletionSource<AzuritePorts> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Dictionary<string, int> _found = [];

        public Task<AzuritePorts> All => _all.Task;

        public void Read(string line)
        {
            if (_all.Task.IsCompleted || Listening().Match(line) is not { Success: true } match) return;
            lock (_found)
            {
                _found[match.Groups["service"].Value] = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
                if (_found.Count == 3) _all.TrySetResult(new AzuritePorts(_found["Blob"], _found["Queue"], _found["Table"]));
            }
        }

        [GeneratedRegex(
            @"^Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://.*:(?<port>\d+)",
            RegexOptions.ExplicitCapture,
            matchTimeoutMilliseconds: 1000)]
        private static partial Regex Listening();
    }
}
