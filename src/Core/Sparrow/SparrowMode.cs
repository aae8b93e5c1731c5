namespace SparrowFunctions.Sparrow;

/// <summary>Which of the vendor's lanes a call takes; each has its own paths and its own concurrency.</summary>
public enum SparrowMode
{
    /// <summary>The ordinary lane (<c>/standard/…</c>).</summary>
    Standard,

    /// <summary>The lane for many calls at once (<c>/concurrent/…</c>).</summary>
    Concurrent,

    /// <summary>The free GPT-3.5 conversation on its own host; no files, no GPTs, no conversation ids.</summary>
    Free,
}
