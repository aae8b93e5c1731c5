using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Provisioning.Outbound;
using SparrowFunctions.Sparrow.Calls;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>
/// Fetches generated files from the ready, signed addresses in <c>downloads</c>: a plain GET without the key. The addresses expire within
/// minutes to an hour (inferred), so they are fetched at once.
/// </summary>
public sealed partial class SparrowDownloads(HttpClient http, IOptions<SparrowOptions> options, TimeProvider time, ILogger<SparrowDownloads> logger)
{
    private readonly SparrowOptions _options = options.Value;
    private readonly CallRetry _retry = new(options.Value.CallRetries, options.Value.CallRetryWindow, time);

    /// <summary>Opens the file behind an address as received. Throws only when the caller cancels.</summary>
    public Task<SparrowOutcome<DownloadedFile>> OpenAsync(string url, CancellationToken cancellationToken) =>
        OpenAsync(url, _options.Downloads.TotalTimeout, cancellationToken);

    /// <inheritdoc cref="OpenAsync(string, CancellationToken)"/>
    /// <param name="url">The address.</param>
    /// <param name="limit">How long the file may take from now on, where that is less than the settings allow.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public async Task<SparrowOutcome<DownloadedFile>> OpenAsync(string url, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (DownloadUrl.Parse(url, out var problem) is not { } address)
        {
            return new SparrowError(FailureKind.Rejected, SparrowFault.NotSent, Status: null, problem ?? "The download address is wrong.");
        }

        var outcome = await _retry.RunAsync(token => OpenAsync(address, limit, token), canRepeat: null, cancellationToken);
        if (outcome.Error is { } error) Log.Failed(logger, address.Host, error.Kind, error.Status, error.Reason);
        return outcome;
    }

    /// <summary>The safe name that an address itself gives its file; null where it is no address.</summary>
    public static string? NameOf(string url) =>
        DownloadUrl.Parse(url, out _) is { } address ? SafeFileName.Make(DownloadName.Pick(contentDisposition: null, address, contentType: null)) : null;

    private async Task<SparrowOutcome<DownloadedFile>> OpenAsync(Uri address, TimeSpan limit, CancellationToken cancellationToken)
    {
        var headers = Shorter(_options.Downloads.HeadersTimeout, limit);
        using var patience = new CancellationTokenSource(headers, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var outcome = await ReadAsync(address, response, limit, either.Token, cancellationToken);
            if (outcome.Succeeded) response = null; // the file's stream owns it now
            return outcome;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return Transient(SparrowFault.Timeout, $"The file did not begin to arrive within {headers:hh\\:mm\\:ss}.");
        }
        catch (HttpRequestException failure) when (ForbiddenAddressException.IsCauseOf(failure))
        {
            return new SparrowError(FailureKind.Rejected, SparrowFault.NotSent, Status: null, "The file's address leads into a private, local or reserved network.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            var connected = failure is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse or HttpRequestError.Unknown };
            return Transient(
                connected ? SparrowFault.ResetAfterSending : SparrowFault.NotSent,
                connected ? "The connection broke before the file began to arrive." : "No connection to the file's server.");
        }
        finally
        {
            response?.Dispose();
        }
    }

    private async Task<SparrowOutcome<DownloadedFile>> ReadAsync(
        Uri address, HttpResponseMessage response, TimeSpan limit, CancellationToken either, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode) return await ErrorAsync(address, response, either, cancellationToken);

        var contentType = response.Content.Headers.TryGetValues("Content-Type", out var types) ? types.FirstOrDefault()?.Split(';', 2)[0].Trim() : null;
        var disposition = response.Content.Headers.TryGetValues("Content-Disposition", out var dispositions) ? dispositions.FirstOrDefault() : null;
        var name = SafeFileName.Make(DownloadName.Pick(disposition, address, contentType));
        if (IsPage(contentType) && !IsPageName(DownloadName.Pick(disposition, address, contentType: null)))
        {
            return new SparrowError(FailureKind.Rejected, SparrowFault.Answered, (int)response.StatusCode, "A web page came in place of the file.");
        }

        var stream = await response.Content.ReadAsStreamAsync(either);
        return new DownloadedFile(
            new PatientStream(stream, response, _options.Downloads.IdleTimeout, Shorter(_options.Downloads.TotalTimeout, limit), time),
            string.IsNullOrEmpty(contentType) ? null : contentType,
            response.Content.Headers.ContentLength,
            name);
    }

    private async Task<SparrowError> ErrorAsync(Uri address, HttpResponseMessage response, CancellationToken either, CancellationToken cancellationToken)
    {
        using var body = new ResponseText(ResponseText.ErrorLimit);
        try
        {
            await body.ReadAsync(response, either);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The status says enough.
        }

        var status = (int)response.StatusCode;
        var retryAfter = response.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
        var error = ErrorClassifier.Classify(status, retryAfter, body.ToText(), new ErrorContext(time.GetUtcNow(), IsChat: false, Key: _options.ApiKey));
        return status switch
        {
            // Nothing here is about our key: no gate may close for it.
            403 when DownloadExpiry.HasPassed(address, error.Body, time.GetUtcNow()) =>
                error with { Kind = FailureKind.Rejected, Reason = "The download address has expired." },
            401 or 402 or 403 => error with { Kind = FailureKind.Rejected, Reason = $"The file's server refused the download ({status})." },
            404 or 500 => error with
            {
                Reason = $"The file is not there ({status}); generated files can be fetched only when the request sent history_and_training_disabled: false.",
            },
            429 => error with { Kind = FailureKind.SlowDown },
            _ => error,
        };
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static bool IsPage(string? contentType) =>
        contentType is not null && (contentType.Equals("text/html", StringComparison.OrdinalIgnoreCase) || contentType.Equals("application/xhtml+xml", StringComparison.OrdinalIgnoreCase));

    private static bool IsPageName(string name) => Path.GetExtension(name).ToLowerInvariant() is ".html" or ".htm" or ".xhtml";

    private static SparrowError Transient(SparrowFault fault, string reason) => new(FailureKind.Transient, fault, Status: null, reason);

    private static partial class Log
    {
        [LoggerMessage(3011, LogLevel.Warning, "A file from {Host} could not be fetched: {Kind}, status {Status}. {Reason}")]
        public static partial void Failed(ILogger logger, string host, FailureKind kind, int? status, string reason);
    }
}
