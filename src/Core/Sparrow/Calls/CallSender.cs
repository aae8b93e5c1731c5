using System.Net;
using SparrowFunctions.Sparrow.Requests;
using SparrowFunctions.Sparrow.Responses;
using SparrowFunctions.Sparrow.Settings;

namespace SparrowFunctions.Sparrow.Calls;

/// <summary>Makes exactly one request and reads what comes back. Only the caller's cancellation is thrown.</summary>
internal sealed class CallSender(HttpClient http, SparrowOptions options, TimeProvider time)
{
    private static readonly TimeSpan ErrorBodyTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Sends the request.</summary>
    /// <param name="call">What is called.</param>
    /// <param name="content">The body, fresh for this request.</param>
    /// <param name="deadline">Cancelled when the call's time is up.</param>
    /// <param name="cancellationToken">The caller's own.</param>
    public async Task<CallAnswer> SendAsync(Call call, OneShotContent? content, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellationToken);
        using var message = Message(call, content);
        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode
                ? await ReadSuccessAsync(call, response, deadline, either.Token, cancellationToken)
                : await ReadErrorAsync(call, response, either.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return CallAnswer.Of(CallFaults.TimedOut(call, content?.Started ?? true));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return CallAnswer.Of(CallFaults.Broken(call, content?.Started ?? !NeverConnected(failure), failure));
        }
    }

    private HttpRequestMessage Message(Call call, OneShotContent? content)
    {
        var (host, form) = call.OnFreeHost ? (options.FreeBaseUrl, options.FreeAuthorization) : (options.BaseUrl, options.Authorization);

        // HTTP/1.1 and nothing else: a handler repeats HTTP/2 streams by itself when the server refuses them.
        var message = new HttpRequestMessage(call.Method, new Uri(host.AbsoluteUri.TrimEnd('/') + call.Path))
        {
            Content = content,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        message.Headers.TryAddWithoutValidation("Authorization", form == AuthorizationForm.Bearer ? $"Bearer {options.ApiKey}" : options.ApiKey);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        return message;
    }

    private async Task<CallAnswer> ReadSuccessAsync(
        Call call, HttpResponseMessage response, CancellationToken deadline, CancellationToken either, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        string? cut = null;
        using var body = new ResponseText(ResponseText.SuccessLimit);
        try
        {
            await body.ReadAsync(response, either);
            if (body.IsOverLimit) cut = $"Sparrow answered {status} with a body over {ResponseText.SuccessLimit / (1024 * 1024)} MiB, which is not read.";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsCancellationRequested)
        {
            cut = $"Sparrow began to answer {status}, but the body was not whole within {call.Timeout:hh\\:mm\\:ss}.";
        }
        catch (InvalidDataException)
        {
            cut = $"Sparrow answered {status}, but its compressed body is damaged.";
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            cut = $"Sparrow answered {status}, but the connection broke in the middle of the body.";
        }

        return new CallAnswer(Error: null, status, cut is null ? body.ToText() : "", Kept(body.ToText(ResponseText.ErrorLimit)), cut);
    }

    private async Task<CallAnswer> ReadErrorAsync(Call call, HttpResponseMessage response, CancellationToken either, CancellationToken cancellationToken)
    {
        using var body = new ResponseText(ResponseText.ErrorLimit);
        using var patience = new CancellationTokenSource(ErrorBodyTimeout, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(either, patience.Token);
        try
        {
            await body.ReadAsync(response, token.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The status says enough; what came of the body is kept.
        }

        var retryAfter = response.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
        var location = response.Headers.TryGetValues("Location", out var locations) ? locations.FirstOrDefault() : null;
        var context = new ErrorContext(time.GetUtcNow(), call.ConversationId, call.IsChat, options.ApiKey);
        var error = ErrorClassifier.Classify((int)response.StatusCode, retryAfter, body.ToText(), context, location);
        return CallAnswer.Of(error with { PossiblyBilled = error.PossiblyBilled && call.IsPaid });
    }

    private string Kept(string text) => ErrorClassifier.Capped(KeyRedaction.Apply(text, options.ApiKey));

    private static bool NeverConnected(Exception failure) => failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };
}
