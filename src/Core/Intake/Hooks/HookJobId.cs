using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Intake.Hooks;

/// <summary>
/// The id of the job that a delivery makes: <c>hook.{name}.{delivery}</c>, so that a repeated delivery finds the job of the first one. A hook's name holds
/// no dot, so no two hooks share an id.
/// </summary>
public static partial class HookJobId
{
    private const string Digest = "sha256-";

    /// <summary>The id for a delivery's own id; one that a job's id can't hold goes in as its digest.</summary>
    /// <param name="hook">The hook's name as it is set.</param>
    /// <param name="deliveryId">The sender's id of the delivery.</param>
    public static JobId Of(string hook, string deliveryId)
    {
        var last = Plain().IsMatch(deliveryId) && !deliveryId.StartsWith(Digest, StringComparison.Ordinal)
            ? deliveryId
            : Digest + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(deliveryId)));
        return JobId.Parse($"hook.{hook}.{last}");
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{0,71}[A-Za-z0-9_-]\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plain();
}
