using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SparrowFunctions.LocalHost.Host;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Host;

/// <summary>What a test's functions saw, and what they shall do.</summary>
internal sealed class Script
{
    private readonly ConcurrentQueue<Seen> _seen = new();

    /// <summary>All runs so far, in order of their beginning.</summary>
    public IReadOnlyCollection<Seen> Runs => _seen;

    /// <summary>What a run does; nothing unless set.</summary>
    public Func<Seen, CancellationToken, Task> Does { get; set; } = (_, _) => Task.CompletedTask;

    public Task PlayAsync(Seen run, CancellationToken cancellationToken)
    {
        _seen.Enqueue(run);
        return Does(run, cancellationToken);
    }

    public Task SeesRunsAsync(int count) =>
        Eventually.TrueAsync($"there were {count} runs", () => Runs.Count >= count);
}

/// <summary>One run of a test's function.</summary>
internal sealed record Seen(string Function, string? Text = null, string? Id = null, long Attempt = 0, object? Extra = null);

/// <summary>A host in the test's own process, on a free port, with its own host.json.</summary>
internal sealed class HostedFunctions : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _hostJson;
    private bool _stopped;

    private HostedFunctions(WebApplication app, string hostJson)
    {
        (_app, _hostJson) = (app, hostJson);
        Services = app.Services;
    }

    public IServiceProvider Services { get; }

    public HttpClient Http { get; private set; } = new();

    /// <summary>Starts the functions of the given classes.</summary>
    /// <param name="script">What they do.</param>
    /// <param name="classes">Where they are.</param>
    /// <param name="account">Their storage.</param>
    /// <param name="settings">App settings, with ':' for nesting.</param>
    /// <param name="hostJson">Text of host.json.</param>
    /// <param name="configure">Changes of the host.</param>
    /// <param name="services">Changes of the services.</param>
    public static async Task<HostedFunctions> StartAsync(
        Script script, Type[] classes, StorageAccount? account = null, Dictionary<string, string?>? settings = null,
        string hostJson = """{ "version": "2.0" }""", Action<FunctionsHostOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, hostJson, TestContext.Current.CancellationToken);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("HOST_LOG") is not null) builder.Logging.AddSimpleConsole();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = account?.ConnectionString,
            ["AzureFunctionsJobHost:extensions:queues:messageEncoding"] = "none",
            ["AzureFunctionsJobHost:extensions:queues:maxPollingInterval"] = "00:00:00.2",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Services.AddSingleton(script);
        services?.Invoke(builder.Services);
        builder.AddFunctionsHost(classes, options =>
        {
            options.HostJson = path;
            options.DrainWindow = TimeSpan.FromSeconds(2);
            configure?.Invoke(options);
        });

        var hosted = new HostedFunctions(builder.Build(), path);
        hosted._app.UseRouting();
        hosted._app.MapFunctions();
        await hosted._app.StartAsync(TestContext.Current.CancellationToken);
        var address = hosted._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        hosted.Http = new HttpClient { BaseAddress = new Uri(address), Timeout = Eventually.Limit };
        return hosted;
    }

    /// <summary>Asks the host to stop, as Ctrl-C and SIGTERM do, and waits for its end.</summary>
    public async Task StopAsync()
    {
        _stopped = true;
        await _app.StopAsync(CancellationToken.None);
    }

    /// <summary>The host is gone without a word, as after kill -9: nothing is renewed or written any more.</summary>
    public Task KillAsync()
    {
        Services.GetRequiredService<HostShutdown>().End();
        return StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            Services.GetRequiredService<HostShutdown>().End();
            await _app.StopAsync(CancellationToken.None);
        }

        await _app.DisposeAsync();
        Http.Dispose();
        File.Delete(_hostJson);
    }
}
