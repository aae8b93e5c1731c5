using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Callbacks;

/// <summary>The id of an event: made from the job and its end, so that whoever finds the job ended makes the same one. Pure.</summary>
public static class WebhookId
{
    private const string Prefix = "msg_";
    private const int HashBytes = 16;

    /// <summary>The id; it holds no dot, which the signature uses to tell its parts from each other. A job that was sent again and ends again has another.</summary>
    public static string Of(Job job)
    {
        var end = string.Create(CultureInfo.InvariantCulture, $"{job.Id}|{job.State.Name()}|{job.Tried}|{job.EndedAt?.UtcTicks}");
        return Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(end))[..HashBytes]);
    }

    /// <summary>Whether a text is such an id.</summary>
    public static bool IsOne(string text) =>
        text.Length == Prefix.Length + (2 * HashBytes) && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].All(char.IsAsciiHexDigitLower);
}
