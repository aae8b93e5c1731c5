using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Sparrow.Calls;
using SparrowFunctions.Sparrow.Requests;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Sparrow;

/// <summary>Sparrow over HTTP: one method a kind of call, an outcome for every answer. Throws only when the caller cancels, or when an upload's own stream fails.</summary>
public partial class SparrowClient(HttpClient http, IOptions<SparrowOptions> options, TimeProvider time, ILogger<SparrowClient> logger)
{
    private const long UnknownUploadLength = 100_000_000; // the vendor's limit of one file

    private readonly SparrowOptions _options = options.Value;
    private readonly SparrowRoutes _routes = new(options.Value.Profile, options.Value.Paths);
    private readonly SparrowProfile _profile = SparrowProfile.Of(options.Value.Profile);
    private readonly CallRetry _retry = new(options.Value.CallRetries, options.Value.CallRetryWindow, time);
    private readonly CallSender _sender = new(http, options.Value, time);

    /// <summary>Whether the profile has a route for several messages in a lane.</summary>
    public virtual bool TakesMessages(SparrowMode mode, bool hasGizmo) =>
        _routes.Resolve(SparrowRoutes.RouteOf(mode, hasMessages: true, hasGizmo), mode) is not null;

    /// <summary>
    /// Asks, waits for the answer and reads it. The outcome says nothing yet about the answer's worth: see <see cref="Answers.ResponseVerdict"/>.
    /// </summary>
    public virtual async Task<SparrowOutcome<ChatResponse>> ChatAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        var route = SparrowRoutes.RouteOf(request);
        if (ChatRequestBody.Problem(request) is { } problem) return NotSent(problem);
        if (_routes.Resolve(route, request.Mode) is not { } path) return NotSent(_routes.Missing(route, request.Mode));

        var body = ChatRequestBody.Write(request);
        var free = request.Mode == SparrowMode.Free;
        var call = new Call(HttpMethod.Post, path, OnFreeHost: free, IsChat: true, IsPaid: !free, _options.RequestTimeout, request.ConversationId);
        using var deadline = new CancellationTokenSource(call.Timeout, time);
        var outcome = await _retry.RunAsync<ChatResponse>(
            async token => await _sender.SendAsync(call, OneShotContent.Json(body), deadline.Token, token) switch
            {
                { Error: { } error } => error,
                var answer => ChatResponseReader.Read(answer.Text) is { } response
                    ? free ? response with { ConversationId = null } : response // the free host keeps none to go on with
                    : Unreadable(call, answer),
            },
            canRepeat: null,
            cancellationToken);
        Tell(route, outcome);
        return outcome;
    }

    /// <summary>
    /// Sends a file, straight from its stream. May take <c>UploadTimeout</c> plus size divided by <c>UploadRate</c> (of 100 MB where the size is unknown).
    /// An upload is not a paid call as far as is known, so one that broke off is transient, not ambiguous.
    /// </summary>
    public virtual async Task<SparrowOutcome<UploadedFile>> UploadAsync(SparrowUpload upload, CancellationToken cancellationToken)
    {
        if (_routes.Resolve(SparrowRoute.Upload, upload.Mode) is not { } path) return NotSent(_routes.Missing(SparrowRoute.Upload, upload.Mode));
        if (upload.ConversationId?.Any(char.IsControl) == true) return NotSent("The conversation id of the upload holds control characters.");

        var timeout = _options.UploadTimeout + TimeSpan.FromSeconds((double)(upload.Length ?? UnknownUploadLength) / _options.UploadRate);
        var call = new Call(HttpMethod.Post, path, OnFreeHost: false, IsChat: false, IsPaid: false, timeout, upload.ConversationId);
        var source = new UploadSource(upload.Content);
        using var deadline = new CancellationTokenSource(timeout, time);
        var outcome = await _retry.RunAsync<UploadedFile>(
            async token =>
            {
                source.Rewind();
                var answer = await _sender.SendAsync(call, UploadBody.Create(upload, _profile, source), deadline.Token, token);
                source.ThrowIfFailed();
                if (answer.Error is { } error) return error;
                return UploadResponseReader.Read(answer.Text) is not { } file ? Unreadable(call, answer)
                    : file is { Attachment: null, Part: null }
                        ? new SparrowError(FailureKind.Empty, SparrowFault.Answered, answer.Status, "The upload was answered with neither attachment nor part.", Body: answer.Kept)
                        : file;
            },
            canRepeat: () => source.CanRepeat,
            cancellationToken);
        Tell(SparrowRoute.Upload, outcome);
        return outcome;
    }

    /// <summary>Asks the free host for the size of its pool.</summary>
    public virtual async Task<SparrowOutcome<SparrowPool>> GetPoolAsync(CancellationToken cancellationToken)
    {
        var path = _routes.Resolve(SparrowRoute.Pool, SparrowMode.Free) ?? throw new InvalidOperationException("Every profile has the pool's path.");
        var call = new Call(HttpMethod.Get, path, OnFreeHost: true, IsChat: false, IsPaid: false, _options.RequestTimeout, ConversationId: null);
        using var deadline = new CancellationTokenSource(call.Timeout, time);
        var outcome = await _retry.RunAsync<SparrowPool>(
            async token => await _sender.SendAsync(call, content: null, deadline.Token, token) switch
            {
                { Error: { } error } => error,
                { Cut: not null } answer => Unreadable(call, answer),
                var answer => PoolReader.Read(answer.Text),
            },
            canRepeat: null,
            cancellationToken);
        Tell(SparrowRoute.Pool, outcome);
        return outcome;
    }

    private static SparrowError NotSent(string reason) => new(FailureKind.Rejected, SparrowFault.NotSent, Status: null, reason);

    private static SparrowError Unreadable(Call call, CallAnswer answer) => new(
        call.IsChat ? FailureKind.Ambiguous : FailureKind.Transient,
        SparrowFault.Answered,
        answer.Status,
        answer.Cut ?? $"Sparrow answered {answer.Status} with a body that is no answer{(ReasonText.FromBody(answer.Kept) is { } words ? $" ({words})" : "")}.",
        Body: answer.Kept.Length > 0 ? answer.Kept : null,
        PossiblyBilled: call.IsPaid);

    private void Tell<T>(SparrowRoute route, SparrowOutcome<T> outcome)
        where T : class
    {
        foreach (var earlier in outcome.EarlierErrors) Log.Repeated(logger, route, earlier.Kind, earlier.Reason);
        if (outcome.Error is { } error) Log.Failed(logger, route, error.Kind, error.Fault, error.Status, outcome.Tries, error.Reason);
        else Log.Answered(logger, route, outcome.Tries);
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Debug, "Sparrow answered {Route} after {Tries} tries.")]
        public static partial void Answered(ILogger logger, SparrowRoute route, int tries);

        [LoggerMessage(3002, LogLevel.Information, "A request of {Route} was repeated at once: {Kind}. {Reason}")]
        public static partial void Repeated(ILogger logger, SparrowRoute route, FailureKind kind, string reason);

        [LoggerMessage(3003, LogLevel.Warning, "{Route} failed: {Kind}, {Fault}, status {Status}, tries {Tries}. {Reason}")]
        public static partial void Failed(ILogger logger, SparrowRoute route, FailureKind kind, SparrowFault fault, int? status, int tries, string reason);
    }
}
