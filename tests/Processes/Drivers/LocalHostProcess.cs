using System.Text.RegularExpressions;

namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>A local host in a process of its own.</summary>
internal sealed partial class LocalHostProcess(ChildProcess process, Uri address, string? tokenHash) : IAsyncDisposable
{
    /// <summary>The host's program, copied beside this one by its project reference.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "SparrowFunctions.LocalHost.dll");

    /// <summary>The process, to be killed, frozen or stopped.</summary>
    public ChildProcess Process => process;

    /// <summary>Where it listens.</summary>
    public Uri Address => address;

    /// <summary>The hash of the key that its calls come with, as the emulator's ledger shows it; null where it has none of its own.</summary>
    public string? TokenHash => tokenHash;

    /// <summary>Waits until a started host says that it is healthy; ends one that does not.</summary>
    public static async Task<LocalHostProcess> HealthyAsync(ChildProcess process, string? tokenHash, CancellationToken cancellationToken)
    {
        try
        {
            var line = await process.LineAsync(Listening(), cancellationToken);
            var address = new Uri(line.Groups["address"].Value);
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
            await Waiting.UntilAsync("the local host is healthy", () => IsHealthyAsync(http, address, cancellationToken), cancellationToken);
            return new LocalHostProcess(process, address, tokenHash);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it if it still runs.</summary>
    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task<bool> IsHealthyAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "/api/health"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^\s+App\s+(?<address>http://\S+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Listening();
}
