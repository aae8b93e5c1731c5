using System.Net.Sockets;

namespace SparrowFunctions.Sparrow.Calls;

/// <summary>Turns a request that got no status line into an error; all hangs on whether its body may have left.</summary>
internal static class CallFaults
{
    /// <summary>No answer in time. Before anything left it is as good as no connection.</summary>
    public static SparrowError TimedOut(Call call, bool started) => started
        ? Lost(call, SparrowFault.Timeout, $"No answer came within {call.Timeout:hh\\:mm\\:ss}.")
        : NotSent($"No connection could be made within {call.Timeout:hh\\:mm\\:ss}.");

    /// <summary>The connection could not be made, or broke.</summary>
    public static SparrowError Broken(Call call, bool started, Exception failure) => started
        ? Lost(call, SparrowFault.ResetAfterSending, $"The connection broke after the request had been sent ({Why(failure)}).")
        : NotSent($"No connection to the server ({Why(failure)}).");

    // A chat may have been run and paid; an upload that is sent again costs nothing as far as is known.
    private static SparrowError Lost(Call call, SparrowFault fault, string reason) =>
        new(call.IsChat ? FailureKind.Ambiguous : FailureKind.Transient, fault, Status: null, reason, PossiblyBilled: call.IsPaid);

    private static SparrowError NotSent(string reason) => new(FailureKind.Transient, SparrowFault.NotSent, Status: null, reason);

    private static string Why(Exception failure)
    {
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
            {
                return socket.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => "refused",
                    SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "reset by the other side",
                    SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "the host's name is not known",
                    SocketError.TimedOut => "timed out",
                    SocketError.HostUnreachable or SocketError.NetworkUnreachable => "unreachable",
                    var other => other.ToString(),
                };
            }
        }

        return failure switch
        {
            OperationCanceledException => "timed out while connecting",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host's name is not known",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "closed without an answer",
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "the answer is not HTTP",
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } known => known.HttpRequestError.ToString(),
            _ => failure.GetType().Name,
        };
    }
}
