namespace SparrowFunctions.Sparrow.Requests;

/// <summary>The generations of Sparrow's paths that have been seen; the vendor changed them without a version in the address.</summary>
public enum SparrowGeneration
{
    /// <summary>To January 2024: <c>/standard/…</c> alone, no several messages; uploads in a field <c>files</c>, without a type.</summary>
    G0,

    /// <summary>The vendor's guide: <c>/standard/…</c>, <c>/concurrent/…</c> and <c>/standard/openai-system/…</c>; uploads in a field <c>file</c>.</summary>
    G1,

    /// <summary>Seen since October 2024: <c>/chat/all-tools</c>, <c>/chat/action</c>, <c>/chat/uploaded</c>; uploads in a field <c>files</c>.</summary>
    G2,
}
