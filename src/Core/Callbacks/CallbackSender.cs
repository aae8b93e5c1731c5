using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning.Outbound;

namespace SparrowFunctions.Callbacks;

/// <summary>Tells one event once: a signed POST. Only the status of the answer counts; of its body next to nothing is read, and nothing kept.</summary>
public sealed class CallbackSender(HttpClient http, IOptions<CallbackOptions> options, TimeProvider time)
{
    /// <summary>How long a receiver may take to answer, its connection included.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly MediaTypeHeaderValue Json = new("application/json", "utf-8");

    /// <summary>The sockets under it: guarded, and soon done with an answer that does not end.</summary>
    internal static SocketsHttpHandler Sockets(ConnectionGuard guard, CallbackOptions options)
    {
        var handler = guard.NewHandler(host => CallbackAddress.IsAllowed(host, options.Hosts), Patience);
        handler.MaxResponseDrainSize = 16 * 1024;
        handler.ResponseDrainTimeout = TimeSpan.FromSeconds(1);
        handler.MaxResponseHeadersLength = 16;
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15);
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        handler.ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(); // our traces are no business of the receiver's
        return handler;
    }

    /// <summary>Sends. Throws only when the caller cancels.</summary>
    public async Task<CallbackAnswer> SendAsync(CallbackMessage message, BinaryData body, CancellationToken cancellationToken)
    {
        if (CallbackAddress.Parse(message.Url, options.Value.Hosts, out var problem) is not { } address)
            return new CallbackAnswer(CallbackAnswerKind.Forbidden, $"The address {problem!.Problem}");
        if (options.Value.Secrets is not { Count: > 0 } secrets)
            return new CallbackAnswer(CallbackAnswerKind.Failed, "Callbacks__Secret is not set any more.");

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var request = Request(address, message.Id, body, secrets);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return Read(response);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (HttpRequestException failure) when (ForbiddenAddressException.IsCauseOf(failure))
        {
            return new CallbackAnswer(CallbackAnswerKind.Forbidden, "The host leads into a private, local or reserved network.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return new CallbackAnswer(CallbackAnswerKind.Failed, Why(failure));
        }
    }

    private HttpRequestMessage Request(Uri address, string id, BinaryData body, IReadOnlyList<string> secrets)
    {
        var now = time.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body.ToMemory()) { Headers = { ContentType = Json } } };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(secrets, id, now, body.ToMemory().Span));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("SparrowFunctions", "1"));
        return request;
    }

    private CallbackAnswer Read(HttpResponseMessage response)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"The receiver answered {(int)response.StatusCode}.");
        return response.StatusCode switch
        {
            _ when response.IsSuccessStatusCode => new CallbackAnswer(CallbackAnswerKind.Delivered, reason),
            HttpStatusCode.Gone => new CallbackAnswer(CallbackAnswerKind.Gone, reason),
            _ => new CallbackAnswer(CallbackAnswerKind.Failed, reason, Wait(response.Headers.RetryAfter)),
        };
    }

    private TimeSpan? Wait(RetryConditionHeaderValue? retryAfter) => retryAfter?.Delta ?? retryAfter?.Date - time.GetUtcNow();

    private static string Why(Exception failure) => failure switch
    {
        OperationCanceledException => string.Create(CultureInfo.InvariantCulture, $"The receiver did not answer within {Patience.TotalSeconds:0} seconds."),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "The host's name is not known.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "No TLS connection could be made.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "No connection could be made.",
        _ => "The connection broke before an answer came.",
    };
}
