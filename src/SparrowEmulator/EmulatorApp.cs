using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SparrowEmulator.Accounts;
using SparrowEmulator.Admin;
using SparrowEmulator.Answers;
using SparrowEmulator.Calls;
using SparrowEmulator.Chats;
using SparrowEmulator.Faults;
using SparrowEmulator.Files;
using SparrowEmulator.Sessions;

namespace SparrowEmulator;

/// <summary>One emulator of its own: Kestrel on loopback and all its state in memory. Any number can run in one process.</summary>
public sealed class EmulatorApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EmulatorApp(WebApplication app) => _app = app;

    /// <summary>The address to give to a client, with a trailing slash; known once started.</summary>
    /// <exception cref="InvalidOperationException">The emulator has not been started.</exception>
    public Uri BaseUrl => new(
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)
        ?? throw new InvalidOperationException("The emulator has no address before it is started."));

    /// <summary>Puts an emulator together without starting it.</summary>
    /// <param name="options">Port and clock.</param>
    /// <param name="logging">Where its log goes; nowhere by default.</param>
    public static EmulatorApp Build(EmulatorOptions options, Action<ILoggingBuilder>? logging = null)
    {
        ArgumentNullException.ThrowIfNull(options);

        // Empty: neither the environment nor a settings file of the surrounding process may change what is emulated.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            if (options.Port == 0) kestrel.Listen(IPAddress.Loopback, 0);
            else kestrel.ListenLocalhost(options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        logging?.Invoke(builder.Logging);
        builder.Services
            .AddRoutingCore()
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2))
            .AddSingleton<IHostLifetime, EmbeddedLifetime>()
            .AddSingleton(options.Time)
            .AddSingleton<EmulatorClock>()
            .AddSingleton<IssuedKeys>()
            .AddSingleton<SettingsStore>()
            .AddSingleton<CallLedger>()
            .AddSingleton<Lanes>()
            .AddSingleton<FaultBook>()
            .AddSingleton<AnswerBook>()
            .AddSingleton<SessionStore>()
            .AddSingleton<FileStore>()
            .AddSingleton<DownloadLinks>()
            .AddSingleton<TurnComposer>()
            .AddSingleton<ChatEndpoint>()
            .AddSingleton<UploadEndpoint>()
            .AddSingleton<DownloadEndpoint>()
            .AddSingleton<AccessTokenEndpoint>()
            .AddSingleton<AdminEndpoints>();

        var app = builder.Build();
        app.MapSparrow();
        return new EmulatorApp(app);
    }

    /// <summary>Builds and starts an emulator.</summary>
    /// <param name="options">Port and clock.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    public static async Task<EmulatorApp> StartNewAsync(EmulatorOptions options, CancellationToken cancellationToken)
    {
        var emulator = Build(options);
        await emulator.StartAsync(cancellationToken);
        return emulator;
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => _app.StartAsync(cancellationToken);

    /// <summary>Waits until the token is cancelled, then stops.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _app.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>Stops listening; calls still running are cut off.</summary>
    /// <param name="cancellationToken">Makes the stop less patient.</param>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    /// <summary>Stops listening and lets go of everything.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Leaves Ctrl-C to whoever hosts the emulator.</summary>
    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
