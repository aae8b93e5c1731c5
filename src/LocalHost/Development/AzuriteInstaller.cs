namespace SparrowFunctions.LocalHost.Development;

/// <summary>Sees that Azurite is in the repository's node_modules, and installs it from npm when it is not.</summary>
/// <param name="root">The folder that holds package.json.</param>
/// <param name="time">For the wait on another process that installs already.</param>
/// <param name="npm">The npm to start; by default the one on the PATH.</param>
public sealed class AzuriteInstaller(string root, TimeProvider time, string? npm = null)
{
    private const int ShownLines = 12;
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(250);

    private readonly string _npm = npm ?? (OperatingSystem.IsWindows() ? "npm.cmd" : "npm");
    private readonly string _modules = Path.Combine(root, "node_modules");

    /// <summary>Azurite's program, for all three services in one process.</summary>
    public string Script => Path.Combine(_modules, "azurite", "dist", "src", "azurite.js");

    /// <summary>True when an installation has come to its end here: npm writes its own lock file into node_modules last.</summary>
    public bool IsInstalled => File.Exists(Script) && File.Exists(Path.Combine(_modules, ".package-lock.json"));

    /// <summary>Installs Azurite if it is missing. Of several processes that ask at once, one installs and the others wait for it.</summary>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    /// <param name="cancellationToken">Ends the wait and npm.</param>
    /// <returns>The path of <see cref="Script"/>.</returns>
    /// <exception cref="SetupException">npm is missing or failed.</exception>
    public async Task<string> EnsureInstalledAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (IsInstalled) return Script;

        await using var held = await LockAsync(progress, cancellationToken);
        if (IsInstalled) return Script;

        progress?.Report("Installing Azurite from npm (once; about a minute)");
        var run = await NpmAsync("ci", cancellationToken);
        if (run.ExitCode is not (0 or null))
        {
            progress?.Report("npm ci failed; trying npm install");
            run = await NpmAsync("install", cancellationToken);
        }

        return run.ExitCode switch
        {
            null => throw new SetupException(
                $"npm was not found: '{_npm}' could not be started. It comes with Node.js: install that from https://nodejs.org, "
                + "or name a storage account with --storage."),
            0 when IsInstalled => Script,
            0 => throw new SetupException($"npm ended well in {root}, but {Script} is not there. Delete {_modules} and start again."),
            _ => throw new SetupException(
                $"npm could not install Azurite in {root} (exit code {run.ExitCode}). Put right what its last lines say and start again, "
                + $"or name a storage account with --storage.{Environment.NewLine}"
                + string.Join(Environment.NewLine, run.Output.TakeLast(ShownLines).Select(line => "  " + line))),
        };
    }

    private Task<CommandRun> NpmAsync(string command, CancellationToken cancellationToken) =>
        CommandRun.RunAsync(_npm, [command, "--no-audit", "--no-fund"], root, cancellationToken);

    private async Task<FileStream> LockAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, ".azurite"));
        for (var told = false; ; told = true)
        {
            if (FolderLock.TryTake(folder.FullName, "install.lock") is { } held) return held;
            if (!told) progress?.Report("Another process is installing Azurite; waiting for it");
            await Task.Delay(LockPoll, time, cancellationToken);
        }
    }
}
