using System.Globalization;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace SparrowFunctions.Web;

/// <summary>Answers requests whatever happens: storage that can't be reached is 503 with a time to come again, and nobody waits for it longer than a while.</summary>
public sealed partial class Answering(TimeProvider time, ILogger<Answering> logger)
{
    /// <summary>How long storage may take for one request, in all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int ComeAgainSeconds = 10;
    private const int ClientClosedRequest = 499;

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">What makes the answer; its token ends with patience.</param>
    /// <param name="cancellationToken">Ends when the client goes away or the function must end.</param>
    public async Task<IResult> AnswerAsync(HttpRequest request, Func<CancellationToken, Task<IResult>> answer, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await answer(either.Token);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is OperationCanceledException)
        {
            return TypedResults.StatusCode(ClientClosedRequest);
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            Log.NoStorage(logger, exception, request.Method, Route(request));
            request.HttpContext.Response.Headers.RetryAfter = ComeAgainSeconds.ToString(CultureInfo.InvariantCulture);
            return Answers.Problem(StatusCodes.Status503ServiceUnavailable, "Storage can't be reached. Nothing is lost that was accepted; send the request again in a while, with the same Idempotency-Key.");
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, request.Method, Route(request));
            return Answers.Problem(StatusCodes.Status500InternalServerError, "The app has a fault; its log of this time says more.");
        }
    }

    /// <summary>Answers a request with a JSON body. However long the client takes to send it, storage has its full time.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">What makes the answer from the body.</param>
    /// <param name="cancellationToken">Ends when the client goes away or the function must end.</param>
    public async Task<IResult> AnswerAsync(HttpRequest request, Func<string, CancellationToken, Task<IResult>> answer, CancellationToken cancellationToken)
    {
        var (body, refusal) = await ReadAsync(() => RequestBody.ReadAsync(request, cancellationToken));
        if (refusal is not null)
            return refusal;
        return body.Json is { } json ? await AnswerAsync(request, patience => answer(json, patience), cancellationToken) : body.Refusal!;
    }

    /// <summary>Reads a body; says what to answer where it did not arrive.</summary>
    internal static async Task<(T? Body, IResult? Refusal)> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return (await read(), null);
        }
        catch (BadHttpRequestException exception)
        {
            return (default, Answers.Problem(exception.StatusCode, "The body did not arrive whole. Send the request again."));
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return (default, TypedResults.StatusCode(ClientClosedRequest));
        }
    }

    /// <summary>Whether an exception says that storage can't be reached.</summary>
    internal static bool IsOutage(Exception exception) => exception switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        AggregateException several => several.InnerExceptions.All(IsOutage),
        OperationCanceledException or TimeoutException or HttpRequestException or IOException => true,
        _ => false,
    };

    // Its pattern: an address itself may hold the name of a user's conversation
    private static string Route(HttpRequest request) => (request.HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";

    private static partial class Log
    {
        [LoggerMessage(EventId = 271, Level = LogLevel.Warning, Message = "{Method} {Route}: storage can't be reached")]
        public static partial void NoStorage(ILogger logger, Exception exception, string method, string route);

        [LoggerMessage(EventId = 272, Level = LogLevel.Error, Message = "{Method} {Route} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string route);
    }
}
