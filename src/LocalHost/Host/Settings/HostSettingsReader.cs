namespace SparrowFunctions.LocalHost.Host.Settings;

/// <summary>Reads host.json; every wrong value is told at once.</summary>
internal static class HostSettingsReader
{
    private const string Queues = "extensions:queues:";
    private const string Blobs = "extensions:blobs:";
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Reads the file and the settings that override it.</summary>
    /// <exception cref="HostStartException">The file is missing or no JSON, or a value is wrong.</exception>
    public static HostSettings Read(string path, IConfiguration app)
    {
        var values = new SettingValues(Load(path), app);
        if (values.Text("version") is var version && version is not "2.0")
        {
            values.Refuse("version", version ?? "missing", "\"2.0\"");
        }

        var batchSize = values.Number(Queues + "batchSize", 16, 1, 32);
        var settings = new HostSettings
        {
            FunctionTimeout = Timeout(values),
            RoutePrefix = (values.Text("extensions:http:routePrefix") ?? "api").Trim('/'),
            BlobParallelism = values.Number(Blobs + "maxDegreeOfParallelism", 8 * Environment.ProcessorCount, 1, int.MaxValue),
            PoisonBlobThreshold = values.Number(Blobs + "poisonBlobThreshold", 5, 1, int.MaxValue),
            LogLevels = LogLevels(values),
            Queues = new QueueSettings
            {
                BatchSize = batchSize,
                NewBatchThreshold = values.Number(Queues + "newBatchThreshold", batchSize / 2 * Environment.ProcessorCount, 0, int.MaxValue),
                MaxDequeueCount = values.Number(Queues + "maxDequeueCount", 5, 1, int.MaxValue),
                VisibilityTimeout = values.Span(Queues + "visibilityTimeout", TimeSpan.Zero, TimeSpan.Zero, Week),
                MaxPollingInterval = values.Span(Queues + "maxPollingInterval", TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100), Week),
                MessageEncoding = Encoding(values),
                MessageVisibility = values.LocalSpan("LocalHost:MessageVisibility", TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1), Week),
            },
        };
        HostStartException.ThrowIfAny($"{path} or a setting that overrides it can't be used:", values.Problems);
        return settings;
    }

    private static IConfiguration Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new HostStartException($"{path} was not found: the functions host needs its host.json beside the program.");
        }

        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false).Build();
        }
        catch (InvalidDataException e)
        {
            throw new HostStartException($"{path} is not valid JSON: {e.InnerException?.InnerException?.Message ?? e.InnerException?.Message ?? e.Message}", e);
        }
    }

    private static TimeSpan? Timeout(SettingValues values) => values.Text("functionTimeout") is "-1"
        ? null
        : values.Span("functionTimeout", TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(1), Week);

    private static MessageEncoding Encoding(SettingValues values)
    {
        const string Path = Queues + "messageEncoding";
        switch (values.Text(Path)?.ToUpperInvariant())
        {
            case null or "BASE64":
                return MessageEncoding.Base64;
            case "NONE":
                return MessageEncoding.None;
            default:
                values.Refuse(Path, values.Text(Path)!, "\"base64\" or \"none\"");
                return MessageEncoding.Base64;
        }
    }

    private static Dictionary<string, LogLevel> LogLevels(SettingValues values)
    {
        var levels = new Dictionary<string, LogLevel>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in values.Children("logging:logLevel").Where(e => e.Value is not null))
        {
            if (Enum.TryParse<LogLevel>(entry.Value, ignoreCase: true, out var level) && Enum.IsDefined(level))
            {
                levels[entry.Key] = level;
            }
            else
            {
                values.Refuse($"logging:logLevel:{entry.Key}", entry.Value!, "one of " + string.Join(", ", Enum.GetNames<LogLevel>()));
            }
        }

        return levels;
    }
}
