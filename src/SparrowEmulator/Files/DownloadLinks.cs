using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SparrowEmulator.Admin;
using SparrowEmulator.Answers;
using SparrowEmulator.Sessions;

namespace SparrowEmulator.Files;

/// <summary>
/// Addresses of generated files, in the shape of the storage service behind ChatGPT: good without a key, until the time in <c>se</c>.
/// The times are emulated ones.
/// </summary>
internal sealed class DownloadLinks(EmulatorClock clock, SettingsStore settings)
{
    private const string Version = "2021-08-06";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>What is to be said of an address that came in.</summary>
    internal enum Verdict
    {
        /// <summary>Signed here, and still good.</summary>
        Good,

        /// <summary>Signed here, and past its time.</summary>
        Expired,

        /// <summary>Changed on the way, or never signed here.</summary>
        Forged,
    }

    /// <summary>The Content-Disposition that a file's address asks for.</summary>
    public static string Disposition(GeneratedFile file) => "attachment; " + file.NameForm switch
    {
        NameForm.Quoted => $"filename=\"{file.Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        NameForm.Encoded => $"filename={Uri.EscapeDataString(file.Name)}",
        NameForm.Extended => $"filename*=UTF-8''{Uri.EscapeDataString(file.Name)}",
        _ => $"filename={file.Name}",
    };

    /// <summary>The address of a file, as it stands in <c>downloads</c>.</summary>
    public string Sign(string baseUrl, GeneratedFile file)
    {
        var disposition = Disposition(file);
        var time = clock.Now.AddSeconds(settings.Current.LinkSeconds).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var signature = Signature(file.Id, time, disposition);
        var url = $"{baseUrl}/{file.Id}?se={Escape(time)}&sp=r&sv={Version}&sr=b&rscd={Escape(disposition)}&sig={Escape(signature)}";
        return settings.Current.EscapeUrls ? WebUtility.HtmlEncode(url) : url;
    }

    /// <summary>Judges an address. The values count, not how they are escaped.</summary>
    public Verdict Judge(string id, IQueryCollection query)
    {
        string time = query["se"].ToString(), signature = Signature(id, time, query["rscd"].ToString());
        var isOurs = query["sp"] == "r" && query["sr"] == "b" && query["sv"] == Version && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(query["sig"].ToString()));
        if (!isOurs) return Verdict.Forged;
        return clock.Now > DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) ? Verdict.Expired : Verdict.Good;
    }

    private string Signature(string id, string time, string disposition)
    {
        var hash = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{id}\n{time}\n{disposition}"));

        // Six bits are set to what base64 writes as a plus, so that a client that percent-decodes addresses is found out every time.
        hash[0] |= 0xF8;
        hash[0] &= 0xFB;
        return Convert.ToBase64String(hash);
    }

    private static string Escape(string value) => Uri.EscapeDataString(value);
}
