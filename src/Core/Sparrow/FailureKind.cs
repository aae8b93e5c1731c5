namespace SparrowFunctions.Sparrow;

/// <summary>What a failed call means for the job that made it; every answer of Sparrow falls under exactly one kind.</summary>
public enum FailureKind
{
    /// <summary>The request itself is wrong (400, 409, 413, other 4xx, 3xx): calling again cannot help.</summary>
    Rejected,

    /// <summary>The key or its points are at fault (401, 403, 402, 429 quota): no call with this key can succeed until somebody acts.</summary>
    Gate,

    /// <summary>Nothing has answered for a while (connect failures and 5xx with no success between).</summary>
    Outage,

    /// <summary>Too fast (429 rate): wait as told and lower the concurrency.</summary>
    SlowDown,

    /// <summary>A passing fault that was not answered and not billed as far as can be known (408, 500, 502, 503, 504, 52x, no connection).</summary>
    Transient,

    /// <summary>The request left and no readable answer came: it may have been run and billed.</summary>
    Ambiguous,

    /// <summary>Another, weaker model answered than was asked for (415, or a 3.5 slug for a gpt-4 request).</summary>
    WrongModel,

    /// <summary>200, but neither answer nor file in it, or an error inside the body.</summary>
    Empty,

    /// <summary>The conversation that was sent is no longer known.</summary>
    Session,
}
