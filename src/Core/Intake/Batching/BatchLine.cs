namespace SparrowFunctions.Intake.Batching;

/// <summary>A line of a batch's file.</summary>
/// <param name="Number">Its number in the file, from 1; blank lines count.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="End">Where the next one begins, in bytes.</param>
/// <param name="Bytes">Its bytes without the line's end; null when it is longer than is taken. Good until the next line is read.</param>
public readonly record struct BatchLine(long Number, long Offset, long End, ReadOnlyMemory<byte>? Bytes)
{
    /// <summary>Whether there is nothing on it but white space.</summary>
    public bool IsBlank => Bytes is { } bytes && bytes.Span.Trim(" \t\r"u8).IsEmpty;
}
