using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SparrowFunctions.Tests.Worker;

/// <summary>Takes what an app exports to Application Insights, on loopback, and keeps it as it came.</summary>
internal sealed class LoopbackInsights : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly WebApplication _server;

    private LoopbackInsights(WebApplication server) => _server = server;

    /// <summary>What arrived so far, one JSON object a line.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>For <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>.</summary>
    public string ConnectionString =>
        $"InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint={_server.Urls.Single()}/;LiveEndpoint={_server.Urls.Single()}/";

    public static async Task<LoopbackInsights> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var insights = new LoopbackInsights(server);
        server.MapPost("/{**path}", insights.TakeAsync);
        await server.StartAsync(cancellationToken);
        return insights;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        await using var body = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        using var reader = new StreamReader(body, Encoding.UTF8);
        var lines = (await reader.ReadToEndAsync(request.HttpContext.RequestAborted)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines) _lines.Enqueue(line);
        return TypedResults.Json(new { itemsReceived = lines.Length, itemsAccepted = lines.Length, errors = Array.Empty<object>() });
    }
}
