using Polly;
using Polly.Retry;

namespace SparrowFunctions.Sparrow.Calls;

/// <summary>
/// Repeats a call at once, but only where the failed request certainly did nothing: 429 with a short wait, 503, no connection.
/// Everything else, and everything longer, is the durable retry's.
/// </summary>
internal sealed class CallRetry
{
    private static readonly ResiliencePropertyKey<Progress> ProgressKey = new("sparrow-call");
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    private readonly TimeSpan _window;
    private readonly TimeProvider _time;

    public CallRetry(int retries, TimeSpan window, TimeProvider time)
    {
        _window = window;
        _time = time;
        Pipeline = retries == 0 ? ResiliencePipeline<SparrowError?>.Empty : Build(retries);
    }

    /// <summary>The strategies; its result is the error of a request, or null for a success.</summary>
    public ResiliencePipeline<SparrowError?> Pipeline { get; }

    /// <summary>How long to wait before the request may be repeated in the same call; null where it may not.</summary>
    /// <param name="error">What the request failed with.</param>
    /// <param name="repeats">How many repeats went before.</param>
    public static TimeSpan? Delay(SparrowError error, int repeats) => error switch
    {
        { Kind: FailureKind.SlowDown } => error.RetryAfter, // one that names no wait is not known to be short
        { Kind: FailureKind.Transient, Status: 503 } => error.RetryAfter ?? FirstDelay * Math.Pow(2, repeats),
        { Kind: FailureKind.Transient, Fault: SparrowFault.NotSent } => FirstDelay * Math.Pow(2, repeats),
        _ => null,
    };

    /// <summary>Runs one request, and again where that is safe; the outcome tells how often and after which errors.</summary>
    public async Task<SparrowOutcome<T>> RunAsync<T>(
        Func<CancellationToken, Task<SparrowOutcome<T>>> request, Func<bool>? canRepeat, CancellationToken cancellationToken)
        where T : class
    {
        var progress = new Progress(_time.GetTimestamp(), canRepeat ?? (static () => true), []);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(ProgressKey, progress);
        try
        {
            SparrowOutcome<T>? outcome = null;
            await Pipeline.ExecuteAsync(
                async current =>
                {
                    outcome = await request(current.CancellationToken);
                    return outcome.Error;
                },
                context);
            return outcome?.After(progress.Earlier) ?? throw new InvalidOperationException("The pipeline made no request.");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<SparrowError?> Build(int retries) =>
        new ResiliencePipelineBuilder<SparrowError?> { Name = "sparrow-call", TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions<SparrowError?>
            {
                Name = "safe-repeat",
                MaxRetryAttempts = retries,
                ShouldHandle = arguments => ValueTask.FromResult(Allows(arguments.Context, arguments.Outcome.Result, arguments.AttemptNumber)),
                DelayGenerator = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { } error ? Delay(error, arguments.AttemptNumber) : null),
                OnRetry = static arguments =>
                {
                    if (arguments.Outcome.Result is { } error) ProgressOf(arguments.Context)?.Earlier.Add(error);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    private bool Allows(ResilienceContext context, SparrowError? error, int repeats)
    {
        if (error is null || Delay(error, repeats) is not { } delay) return false;
        var progress = ProgressOf(context);
        return progress is null || (progress.CanRepeat() && _time.GetElapsedTime(progress.Started) + delay <= _window);
    }

    private static Progress? ProgressOf(ResilienceContext context) => context.Properties.TryGetValue(ProgressKey, out var progress) ? progress : null;

    private sealed record Progress(long Started, Func<bool> CanRepeat, List<SparrowError> Earlier);
}
