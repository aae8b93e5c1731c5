using SparrowFunctions.Tests.Worker.Harness.Protocol;

namespace SparrowFunctions.Tests.Worker.Harness;

/// <summary>How an invocation ended.</summary>
/// <param name="Status">What the host makes of it: a message whose run did not succeed comes again.</param>
/// <param name="Error">What went wrong; null when nothing did.</param>
internal sealed record InvocationOutcome(StatusResult.Types.Status Status, string? Error)
{
    /// <summary>True when the host deletes the message.</summary>
    public bool Succeeded => Status == StatusResult.Types.Status.Success;
}
