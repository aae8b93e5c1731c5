namespace SparrowFunctions.LocalHost.Development;

/// <summary>What will be started, and where; decided before anything is.</summary>
public sealed record DevelopmentPlan
{
    /// <summary>The setting that names the storage account.</summary>
    public const string StorageKey = "AzureWebJobsStorage";

    /// <summary>The setting that names Sparrow's address.</summary>
    public const string SparrowKey = "Sparrow:BaseUrl";

    /// <summary>The setting that holds Sparrow's key.</summary>
    public const string SparrowApiKey = "Sparrow:ApiKey";

    private const string DevelopmentStorage = "UseDevelopmentStorage=true";

    /// <summary>True when Azurite is ours to start.</summary>
    public required bool StartAzurite { get; init; }

    /// <summary>True when the emulator is ours to start.</summary>
    public required bool StartEmulator { get; init; }

    /// <summary>The ports; an Azurite port of 0 is chosen at its start.</summary>
    public required DevelopmentPorts Ports { get; init; }

    /// <summary>Where a started Azurite keeps its data; null for a new folder among the temporary ones.</summary>
    public required string? DataFolder { get; init; }

    /// <summary>Decisions the developer may wonder about, as sentences.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>Decides.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="settings">The settings without what is still to be started.</param>
    /// <param name="root">The repository's root, where the data folder is by default.</param>
    /// <param name="isFree">Tells whether a port is free.</param>
    /// <exception cref="SetupException">A port is taken and may not be replaced.</exception>
    public static DevelopmentPlan Make(DevelopmentOptions options, IConfiguration settings, string root, Func<int, bool> isFree)
    {
        var remarks = new List<string>();
        var startAzurite = options.Storage is null && !NamesAnotherAccount(settings);
        if (options.Storage is null && !startAzurite)
            remarks.Add($"Storage is the account that the setting {StorageKey} names; no Azurite is started.");

        // The demo costs nothing unless told otherwise, and nobody is called with the sample's key
        var startEmulator = options.Sparrow is null && (options.Demo || settings[SparrowKey] is not { Length: > 0 } || IsPlaceholder(settings[SparrowApiKey]));
        if (options.Sparrow is null && !startEmulator)
            remarks.Add($"Sparrow is at {settings[SparrowKey]}, as the setting Sparrow__BaseUrl says; no emulator is started.");
        else if (startEmulator && !options.Demo && settings[SparrowKey] is { Length: > 0 } real)
            remarks.Add($"Sparrow__ApiKey is still the sample's; the emulator stands in for {real} until you set your key.");

        var app = Choose(options.Port ?? DevelopmentPorts.Usual.App, "the app", "--port", mayMove: options.Demo && options.Port is null);
        var emulator = startEmulator
            ? Choose(DevelopmentPorts.Usual.Emulator, "the Sparrow emulator", "--sparrow", mayMove: options.Demo)
            : DevelopmentPorts.Usual.Emulator;
        var (azurite, data) = startAzurite ? ChooseAzurite() : (AzuritePorts.Usual, null);
        return new DevelopmentPlan
        {
            StartAzurite = startAzurite,
            StartEmulator = startEmulator,
            Ports = new DevelopmentPorts(app, emulator, azurite),
            DataFolder = data,
            Remarks = remarks,
        };

        int Choose(int port, string who, string option, bool mayMove)
        {
            if (isFree(port)) return port;
            if (!mayMove) throw PortInUse(port, who, option);
            var other = LoopbackPort.FindFree();
            remarks.Add($"Port {port} is in use; {who} listens on {other} instead.");
            return other;
        }

        (AzuritePorts Ports, string? Folder) ChooseAzurite()
        {
            var folder = Path.GetFullPath(options.Data ?? Path.Combine(root, ".azurite"));
            var taken = AzuritePorts.Usual.All.Where(port => !isFree(port)).Take(1).ToArray();
            if (taken is [] && !(options is { Demo: true, Data: null } && FolderLock.IsTaken(folder, AzuriteProcess.LockName)))
                return (AzuritePorts.Usual, folder);

            if (!options.Demo) throw PortInUse(taken[0], "Azurite", "--storage");
            remarks.Add(taken is []
                ? $"The data folder {folder} is in use; Azurite uses a temporary one instead."
                : $"Port {taken[0]} is in use; Azurite uses free ports and {(options.Data is null ? "a temporary data folder" : folder)} instead.");
            return (taken is [] ? AzuritePorts.Usual : AzuritePorts.Free, options.Data is null ? null : folder);
        }
    }

    /// <summary>What the command line says about settings, before anything is started.</summary>
    public static IReadOnlyDictionary<string, string?> Overrides(DevelopmentOptions options)
    {
        var overrides = new Dictionary<string, string?>();
        if (options.Storage is not null) overrides[StorageKey] = options.Storage;
        if (options.Sparrow is not null) UseSparrow(overrides, options.Sparrow);
        return overrides;
    }

    /// <summary>Points the settings to one Sparrow for paid and free calls.</summary>
    public static void UseSparrow(IDictionary<string, string?> overrides, Uri address)
    {
        overrides[SparrowKey] = address.ToString();
        overrides["Sparrow:FreeBaseUrl"] = address.ToString();
    }

    /// <summary>Whether a value is the sample's, which says what to write there (<c>&lt;your key&gt;</c>).</summary>
    public static bool IsPlaceholder(string? value) => value?.Trim() is ['<', .., '>'];

    private static bool NamesAnotherAccount(IConfiguration settings) =>
        settings[StorageKey] is { Length: > 0 } text
            ? !text.Trim().TrimEnd(';').Equals(DevelopmentStorage, StringComparison.OrdinalIgnoreCase)
            : settings.GetSection(StorageKey).GetChildren().Any();

    private static SetupException PortInUse(int port, string who, string option) => new(
        $"Port {port}, where {who} should listen, is in use. Stop the program that holds it, or "
        + option switch
        {
            "--port" => "choose another port with --port.",
            "--sparrow" => $"use the emulator that runs there with --sparrow http://localhost:{port}.",
            _ => "use the Azurite that runs there with --storage UseDevelopmentStorage=true.",
        });
}
