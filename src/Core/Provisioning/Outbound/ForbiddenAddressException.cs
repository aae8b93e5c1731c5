namespace SparrowFunctions.Provisioning.Outbound;

/// <summary>A host of somebody else's choosing leads to an address that is not public; nothing was connected. The message names neither.</summary>
public sealed class ForbiddenAddressException() : Exception("The host leads into a private, local or reserved network.")
{
    /// <summary>Whether a failed request failed for that: the HTTP client wraps what its connection throws.</summary>
    public static bool IsCauseOf(Exception? failure)
    {
        while (failure is not null and not ForbiddenAddressException)
            failure = failure.InnerException;
        return failure is not null;
    }
}
