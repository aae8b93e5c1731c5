namespace SparrowFunctions.LocalHost.Development;

/// <summary>Azurite and the emulator, as far as they are ours to start.</summary>
public sealed class LocalServices : IAsyncDisposable
{
    private LocalServices(AzuriteProcess? azurite, EmulatorProcess? emulator)
    {
        Azurite = azurite;
        Emulator = emulator;
    }

    /// <summary>The Azurite that was started; null when none was.</summary>
    public AzuriteProcess? Azurite { get; }

    /// <summary>The emulator that was started; null when none was.</summary>
    public EmulatorProcess? Emulator { get; }

    /// <summary>Starts what the plan says, with progress shown; what was started is ended again when something fails.</summary>
    /// <exception cref="SetupException">Something on this machine is missing or in the way.</exception>
    public static async Task<LocalServices> StartAsync(
        DevelopmentPlan plan, string root, ProgressDisplay progress, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!plan.StartAzurite && !plan.StartEmulator) return new LocalServices(null, null);

        var node = await NodeRuntime.FindAsync(cancellationToken);
        AzuriteProcess? azurite = null;
        if (plan.StartAzurite)
        {
            var script = await InstallAsync(root, progress, time, cancellationToken);
            var options = new AzuriteOptions(plan.DataFolder ?? Directory.CreateTempSubdirectory("sparrow-azurite-").FullName)
            {
                Ports = plan.Ports.Azurite,
            };
            azurite = await progress.ShowAsync("Starting Azurite", _ => AzuriteProcess.StartAsync(node, script, options, cancellationToken));
        }

        try
        {
            var emulator = plan.StartEmulator
                ? await progress.ShowAsync(
                    "Starting the Sparrow emulator",
                    _ => EmulatorProcess.StartAsync(node, plan.Ports.Emulator, time, cancellationToken))
                : null;
            return new LocalServices(azurite, emulator);
        }
        catch
        {
            if (azurite is not null) await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds to the settings where the started services are.</summary>
    /// <param name="overrides">What the command line fixed already.</param>
    /// <param name="settings">The settings without the started services, to see whether a key is there.</param>
    public IReadOnlyDictionary<string, string?> Complete(IReadOnlyDictionary<string, string?> overrides, IConfiguration settings)
    {
        var complete = new Dictionary<string, string?>(overrides);
        if (Azurite is not null) complete[DevelopmentPlan.StorageKey] = Azurite.ConnectionString;
        if (Emulator is not null) DevelopmentPlan.UseSparrow(complete, Emulator.Address);

        var address = complete.GetValueOrDefault(DevelopmentPlan.SparrowKey) ?? settings[DevelopmentPlan.SparrowKey];
        var key = settings[DevelopmentPlan.SparrowApiKey];
        if ((string.IsNullOrEmpty(key) || DevelopmentPlan.IsPlaceholder(key)) && Uri.TryCreate(address, UriKind.Absolute, out var sparrow) && sparrow.IsLoopback)
            complete[DevelopmentPlan.SparrowApiKey] = "local-development";
        return complete;
    }

    /// <summary>Completes, with a sentence, when a started service ends while it should run.</summary>
    public async Task<string> LostAsync()
    {
        var never = new TaskCompletionSource().Task;
        var azurite = Azurite?.Process.Exited ?? never;
        var first = await Task.WhenAny(azurite, Emulator?.Process.Exited ?? never);
        var (who, process) = first == azurite ? ("Azurite", Azurite?.Process) : ("The Sparrow emulator", Emulator?.Process);
        return $"{who} ended unexpectedly. Its last lines: {string.Join(" | ", process?.LastLines.TakeLast(6) ?? [])}";
    }

    /// <summary>Stops what was started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Emulator is not null) await Emulator.DisposeAsync();
        if (Azurite is not null) await Azurite.DisposeAsync();
    }

    private static async Task<string> InstallAsync(string root, ProgressDisplay progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var installer = new AzuriteInstaller(root, time);
        return installer.IsInstalled
            ? installer.Script
            : await progress.ShowAsync("Installing Azurite", told => installer.EnsureInstalledAsync(told, cancellationToken));
    }
}
