using Microsoft.AspNetCore.Http;
using SparrowFunctions.LocalHost.Attributes;

namespace SparrowFunctions.Tests.LocalHost.Host.Http;

/// <summary>Lives as long as one run.</summary>
internal sealed class PerRun : IDisposable
{
    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}

internal sealed class Requests(Script script, PerRun perRun)
{
    [Function("Open")]
    public IResult Open([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Microsoft.AspNetCore.Http.Results.Text(request.Method);

    [Function("File")]
    public Task<IResult> FileAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "jobs/{id:int}/files/{*name}")] HttpRequest request, string id, string name) =>
        Task.FromResult(Microsoft.AspNetCore.Http.Results.Text($"{id}|{name}"));

    [Function("Problem")]
    public IResult Problem([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "problem/{what?}")] HttpRequest request, string? what) =>
        Microsoft.AspNetCore.Http.Results.Problem(what ?? "nothing", statusCode: 422);

    [Function("Guarded")]
    public IResult Guarded([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) => Microsoft.AspNetCore.Http.Results.Text("in");

    [Function("Admin")]
    public IResult Admin([HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequest request) => Microsoft.AspNetCore.Http.Results.Text("in");

    [Function("Broken")]
    public Task<IResult> BrokenAsync([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => throw new InvalidOperationException("secret detail");

    [Function("Slow")]
    public async Task<IResult> SlowAsync([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, CancellationToken cancellationToken)
    {
        await script.PlayAsync(new Seen("Slow"), cancellationToken);
        return Microsoft.AspNetCore.Http.Results.Text("done");
    }

    [Function("Scoped")]
    public IResult Scoped([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
        Microsoft.AspNetCore.Http.Results.Stream(async stream => await stream.WriteAsync(perRun.IsDisposed ? "disposed"u8.ToArray() : "alive"u8.ToArray()), "text/plain");
}
