using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace SparrowFunctions.Web;

/// <summary>Reads header <c>Prefer</c> (RFC 7240). What is not understood is ignored, as it says.</summary>
internal static class Preference
{
    /// <summary>Longest wait that is granted.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(100);

    /// <summary>How long the client would wait for the outcome, in whole seconds; null when it would not.</summary>
    public static TimeSpan? Wait(StringValues headers)
    {
        foreach (var preference in headers.SelectMany(header => (header ?? "").Split(',')))
        {
            var token = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (token is [var name, var value] && name.Equals("wait", StringComparison.OrdinalIgnoreCase)
                && decimal.TryParse(value.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
            {
                return seconds < (decimal)LongestWait.TotalSeconds ? TimeSpan.FromSeconds((long)seconds) : LongestWait;
            }
        }

        return null;
    }
}
