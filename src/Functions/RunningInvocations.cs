using Microsoft.Azure.Functions.Worker.Middleware;

namespace SparrowFunctions;

/// <summary>Counts the invocations that run in this process.</summary>
internal sealed class RunningInvocations : IFunctionsWorkerMiddleware
{
    private int _count;

    /// <summary>How many run now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        Interlocked.Increment(ref _count);
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
