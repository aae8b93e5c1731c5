namespace SparrowFunctions.LocalHost.Host;

/// <summary>
/// The host can't start as the functions are written or the settings stand. The message names each problem, one a line,
/// with what is allowed, and is fit to be shown as it is.
/// </summary>
internal sealed class HostStartException : Exception
{
    public HostStartException(string message)
        : base(message)
    {
    }

    public HostStartException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Throws when there is any problem.</summary>
    public static void ThrowIfAny(string title, IReadOnlyCollection<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new HostStartException(title + Environment.NewLine + string.Join(Environment.NewLine, problems.Select(p => "  - " + p)));
        }
    }
}
