namespace SparrowFunctions.LocalHost.Host.Definition;

/// <summary>One occasion to run a function.</summary>
/// <param name="Value">A <c>QueueMessage</c>, <c>BlobClient</c>, <c>HttpContext</c> or <c>TimerInfo</c>, by the kind of trigger.</param>
/// <param name="Tokens">Parts of the blob's path or of the route, by name ignoring case.</param>
internal sealed record TriggerData(object Value, IReadOnlyDictionary<string, string?> Tokens)
{
    private static readonly Dictionary<string, string?> NoTokens = [];

    public TriggerData(object value)
        : this(value, NoTokens)
    {
    }
}
