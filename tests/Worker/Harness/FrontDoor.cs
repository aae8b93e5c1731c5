using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace SparrowFunctions.Tests.Worker.Harness;

/// <summary>
/// The host's side of HTTP: finds the function by its route, begins an invocation on the stream and forwards the request to the worker, with the forwarder that the real host uses.
/// So addresses reach the worker as they do in Azure. Keys are not looked at.
/// </summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });

    private FrontDoor(WebApplication server) => _server = server;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_server.Urls.First());

    /// <summary>Opens it for every function that HTTP sets off.</summary>
    public static async Task<FrontDoor> OpenAsync(FunctionsHost host, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        builder.Services.AddRouting();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var door = new FrontDoor(server);
        server.Use(DropWhatIsDropped);
        server.UseRouting();
        foreach (var function in host.Functions.Values)
        {
            foreach (var binding in function.RawBindings.Select(text => JsonSerializer.Deserialize<JsonElement>(text)).Where(each => each.GetProperty("type").GetString() == "httpTrigger"))
                server.MapMethods($"/api/{binding.GetProperty("route").GetString()}", [.. binding.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!)],
                    context => door.ForwardAsync(host, function.Name, context));
        }

        await server.StartAsync(cancellationToken);
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    // Doubled slashes and one at the end do not reach the worker (functions-host.md, seen)
    private static Task DropWhatIsDropped(HttpContext context, RequestDelegate next)
    {
        context.Request.Path = new PathString("/" + string.Join('/', context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries))); // a string alone would be decoded once more
        return next(context);
    }

    private async Task ForwardAsync(FunctionsHost host, string function, HttpContext context)
    {
        var id = FunctionsHost.NewId();
        var values = context.Request.RouteValues.Where(each => each.Value is not null).Select(each => (each.Key, (string)each.Value!)).ToArray();
        await using var left = context.RequestAborted.Register(() => host.Cancel(id));
        var invocation = host.InvokeAsync(id, function, Trigger.Http(values), CancellationToken.None);
        context.Request.Headers["x-ms-invocation-id"] = id;
        var forwarder = context.RequestServices.GetRequiredService<IHttpForwarder>();
        await forwarder.SendAsync(context, host.Capabilities["HttpUri"], _client, new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromMinutes(10) }, HttpTransformer.Default);
        await invocation;
    }
}
