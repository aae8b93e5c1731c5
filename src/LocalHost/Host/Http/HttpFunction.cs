using SparrowFunctions.LocalHost.Host.Definition;
using SparrowFunctions.LocalHost.Host.Execution;

namespace SparrowFunctions.LocalHost.Host.Http;

/// <summary>Answers the requests of one function.</summary>
internal sealed class HttpFunction(FunctionDescriptor function, HttpTriggerDefinition trigger, FunctionKeys keys, FunctionExecutor executor)
{
    /// <summary>The largest body, as on the platform: 100 MiB.</summary>
    public const long MaxBodySize = 104_857_600;

    /// <summary>Maps the function below the route prefix.</summary>
    public void Map(IEndpointRouteBuilder routes, string prefix)
    {
        var pattern = $"{(prefix.Length > 0 ? "/" + prefix : "")}/{trigger.Route}";
        var endpoint = trigger.Methods.Count > 0
            ? routes.MapMethods(pattern, trigger.Methods.Select(m => m.ToUpperInvariant()), AnswerAsync)
            : routes.Map(pattern, AnswerAsync);
        endpoint.WithDisplayName(function.DisplayName);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!keys.Allow(context.Request, trigger.Level))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var tokens = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in context.Request.RouteValues)
        {
            tokens[name] = value as string;
        }

        var reason = $"HTTP {context.Request.Method}";
        var result = await executor.RunAsync(
            function,
            new TriggerData(context, tokens),
            reason,
            value => value is IResult answer ? answer.ExecuteAsync(context) : Task.CompletedTask,
            context.RequestAborted);
        if (result.Succeeded)
        {
            return;
        }

        if (context.Response.HasStarted)
        {
            // too late for a status: the client must see that the answer is not whole
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }
}
