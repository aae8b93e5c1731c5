using System.Net;
using SparrowFunctions.LocalHost.Host;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>The app itself: the functions of this assembly on a web server of this machine. The one place where it is put together.</summary>
public static class FunctionsApp
{
    /// <summary>Builds the app, ready to start.</summary>
    /// <param name="settings">Its whole configuration, from weak to strong.</param>
    /// <param name="port">Where it listens on the loopback addresses; 0 lets the system choose.</param>
    public static WebApplication Build(IReadOnlyList<IConfigurationSource> settings, int port)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Development,
        });
        builder.Configuration.Sources.Clear();
        foreach (var source in settings) builder.Configuration.Sources.Add(source);

        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // a failed start is told in words, by who started it

        builder.Services.AddSparrowCore(builder.Configuration);
        builder.AddFunctionsHost(typeof(FunctionsApp).Assembly);
        builder.WebHost.ConfigureKestrel(server =>
        {
            if (port == 0) server.Listen(IPAddress.Loopback, 0);
            else server.ListenLocalhost(port);
        });
        return builder.Build().MapFunctions();
    }
}
