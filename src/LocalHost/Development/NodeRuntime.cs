namespace SparrowFunctions.LocalHost.Development;

/// <summary>The Node.js that runs Azurite and the lifeline of every helper process.</summary>
/// <param name="Executable">Path or name to start it by.</param>
/// <param name="Version">Its version.</param>
public sealed record NodeRuntime(string Executable, Version Version)
{
    /// <summary>The oldest version that is taken. Azurite and what it loads ask for 20 to 22, and run on 20.</summary>
    public static readonly Version Oldest = new(20, 0);

    /// <summary>Asks the <c>node</c> on the PATH for its version.</summary>
    /// <exception cref="SetupException">There is none, or it is too old.</exception>
    public static Task<NodeRuntime> FindAsync(CancellationToken cancellationToken) => FindAsync("node", cancellationToken);

    /// <summary>Asks one executable for its version.</summary>
    /// <exception cref="SetupException">It does not exist, or is too old.</exception>
    public static async Task<NodeRuntime> FindAsync(string executable, CancellationToken cancellationToken)
    {
        var run = await CommandRun.RunAsync(executable, ["--version"], Directory.GetCurrentDirectory(), cancellationToken);
        if (run.ExitCode is null)
        {
            throw new SetupException(
                $"Node.js was not found: '{executable}' could not be started. Azurite, the storage emulator, runs on it. "
                + $"Install Node.js {Oldest.Major} or newer from https://nodejs.org and see that it is on the PATH, or name a storage account with --storage and a Sparrow with --sparrow.");
        }

        if (run.ExitCode != 0 || run.Output is not [var line, ..] || !Version.TryParse(line.Trim().TrimStart('v'), out var version))
            throw new SetupException($"'{executable} --version' did not answer with a version. Reinstall Node.js {Oldest.Major} or newer from https://nodejs.org.");

        if (version < Oldest)
            throw new SetupException($"Node.js {version} is too old for Azurite. Install Node.js {Oldest.Major} or newer from https://nodejs.org.");

        return new NodeRuntime(executable, version);
    }
}
