using System.Reflection;
using SparrowFunctions.Jobs;
using SparrowFunctions.LocalHost.Host.Definition;
using SparrowFunctions.LocalHost.Host.Settings;

namespace SparrowFunctions.LocalHost.Host.Execution;

/// <summary>
/// Runs a function: a new instance from a scope of its own, a token that is cancelled at functionTimeout, and the end of the
/// process for a function that ignores it, as the platform does.
/// </summary>
internal sealed partial class FunctionExecutor(
    IServiceScopeFactory scopes, HostSettings settings, FunctionsHostOptions options, HostShutdown shutdown,
    RunningFunctions running, IRandomSource random, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Runs the function once. Never throws for what the function does.</summary>
    /// <param name="function">What to run.</param>
    /// <param name="data">What it is given.</param>
    /// <param name="reason">Why it runs, for the log.</param>
    /// <param name="finish">What to do with a returned value while the function's scope is still open.</param>
    /// <param name="aborted">Cancelled when nobody waits for the outcome any more.</param>
    public async Task<InvocationResult> RunAsync(
        FunctionDescriptor function, TriggerData data, string reason, Func<object?, Task>? finish, CancellationToken aborted)
    {
        var logger = loggers.CreateLogger("Function." + function.Name);
        var id = random.NextId();
        var started = time.GetTimestamp();
        Log.Executing(logger, function.DisplayName, reason, id);

        running.Enter(function.Name);
        try
        {
            using var timeout = settings.FunctionTimeout is { } limit ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
            using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, aborted, shutdown.Cancelling);

            // a thread of its own until the first await, so that a function that blocks hinders no listener
            var run = Task.Run(() => InvokeAsync(function, data, finish, cancelled.Token), CancellationToken.None);
            await WatchAsync(run, function, logger);
            await run;
            Log.Succeeded(logger, function.DisplayName, id, (long)time.GetElapsedTime(started).TotalMilliseconds);
            return new InvocationResult(null);
        }
#pragma warning disable CA1031 // whatever a function throws is its outcome, not the host's
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(logger, function.DisplayName, id, (long)time.GetElapsedTime(started).TotalMilliseconds, e);
            return new InvocationResult(e);
        }
        finally
        {
            running.Leave(function.Name);
        }
    }

    private async Task WatchAsync(Task run, FunctionDescriptor function, ILogger logger)
    {
        if (settings.FunctionTimeout is not { } limit)
        {
            return;
        }

        using var stop = new CancellationTokenSource();
        var overdue = Task.Delay(limit + options.TimeoutGrace, time, stop.Token);
        if (await Task.WhenAny(run, overdue) == overdue)
        {
            Log.IgnoredTimeout(logger, function.DisplayName, limit);
            options.EndProcess($"{function.DisplayName} ran longer than functionTimeout ({limit:c}) and ignored its CancellationToken.");
        }

        await stop.CancelAsync();
    }

    private async Task InvokeAsync(FunctionDescriptor function, TriggerData data, Func<object?, Task>? finish, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var arguments = new object?[function.Binders.Count];
        try
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                arguments[i] = await function.Binders[i](data, cancellationToken);
            }

            var instance = function.Method.IsStatic
                ? null
                : ActivatorUtilities.CreateInstance(scope.ServiceProvider, function.Method.DeclaringType!);
            try
            {
                var value = await CallAsync(function.Method, instance, arguments);
                if (finish is not null)
                {
                    await finish(value);
                }
            }
            finally
            {
                await DisposeAsync(instance);
            }
        }
        finally
        {
            foreach (var stream in arguments.OfType<Stream>())
            {
                await stream.DisposeAsync();
            }
        }
    }

    private static async Task<object?> CallAsync(MethodInfo method, object? instance, object?[] arguments)
    {
        var returned = method.Invoke(instance, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
        if (returned is not Task task)
        {
            return returned;
        }

        await task;
        return method.ReturnType.IsGenericType ? method.ReturnType.GetProperty(nameof(Task<>.Result))!.GetValue(task) : null;
    }

    private static async ValueTask DisposeAsync(object? instance)
    {
        if (instance is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            (instance as IDisposable)?.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(200, LogLevel.Information, "Executing '{Function}' (Reason='{Reason}', Id={Id})")]
        public static partial void Executing(ILogger logger, string function, string reason, Guid id);

        [LoggerMessage(201, LogLevel.Information, "Executed '{Function}' (Succeeded, Id={Id}, Duration={Duration}ms)")]
        public static partial void Succeeded(ILogger logger, string function, Guid id, long duration);

        [LoggerMessage(202, LogLevel.Error, "Executed '{Function}' (Failed, Id={Id}, Duration={Duration}ms)")]
        public static partial void Failed(ILogger logger, string function, Guid id, long duration, Exception error);

        [LoggerMessage(203, LogLevel.Critical, "'{Function}' ran longer than functionTimeout ({Timeout}) and ignored its CancellationToken; the process ends now")]
        public static partial void IgnoredTimeout(ILogger logger, string function, TimeSpan timeout);
    }
}
