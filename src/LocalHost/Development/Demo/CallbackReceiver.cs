using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>Listens for callbacks on a free port of this machine, and checks their signatures as any receiver would.</summary>
internal sealed class CallbackReceiver : IAsyncDisposable
{
    private const string SecretPrefix = "whsec_";
    private const int MostBytes = 1 << 20;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly WebApplication _app;
    private readonly TaskCompletionSource<ReceivedCallback> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CallbackReceiver(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>The host that <c>Callbacks__AllowedHosts</c> must name.</summary>
    public static string Host => IPAddress.Loopback.ToString();

    /// <summary>Starts to listen.</summary>
    public static async Task<CallbackReceiver> StartAsync(string secret, TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, 0);
            server.Limits.MaxRequestBodySize = MostBytes;
        });
        var receiver = new CallbackReceiver(builder.Build());
        receiver._app.MapPost("/", (HttpRequest request) => receiver.TakeAsync(request, secret, time));
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>Waits for the first callback that is signed with the secret.</summary>
    public Task<ReceivedCallback> FirstAsync(CancellationToken cancellationToken) => _first.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request, string secret, TimeProvider time)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (!IsSigned(request.Headers, body.ToArray(), secret, time.GetUtcNow()))
            return Microsoft.AspNetCore.Http.Results.Unauthorized();

        using var json = JsonDocument.Parse(body.ToArray());
        var type = json.RootElement.GetProperty("type").GetString() ?? "";
        _first.TrySetResult(new ReceivedCallback($"{request.Headers["webhook-id"]}", type, json.RootElement.GetProperty("data").GetProperty("id").GetString() ?? ""));
        return Microsoft.AspNetCore.Http.Results.NoContent();
    }

    // Standard Webhooks: any signature of the list may match; an old one is not taken
    private static bool IsSigned(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset now)
    {
        if (!long.TryParse(headers["webhook-timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || (now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
        {
            return false;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}."), .. body];
        var expected = Encoding.ASCII.GetBytes($"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), signed))}");
        return $"{headers["webhook-signature"]}".Split(' ').Any(given => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected));
    }
}

/// <summary>A callback that came, rightly signed.</summary>
/// <param name="Id">Its <c>webhook-id</c>.</param>
/// <param name="Type">What it tells.</param>
/// <param name="JobId">Of which job.</param>
internal sealed record ReceivedCallback(string Id, string Type, string JobId);
