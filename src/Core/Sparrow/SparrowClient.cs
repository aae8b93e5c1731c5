namespace SparrowFunctions.Sparrow;

/// <summary>Sparrow over HTTP: one method a route, an outcome for every answer.</summary>
public sealed class SparrowClient(HttpClient http)
{
    /// <summary>Asks, waits for the answer and reads it. Throws only when the caller cancels.</summary>
    public Task<SparrowOutcome<ChatResponse>> ChatAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        _ = http;
        throw new NotSupportedException();
    }
}
