using System.Net.Http.Json;
using System.Text.Json;

namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>The admin side of an emulator in another process.</summary>
internal sealed class EmulatorAdmin(Uri address) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>The questions asked so far, in order of arrival: the judge of what was paid.</summary>
    public async Task<IReadOnlyList<SeenCall>> CallsAsync(CancellationToken cancellationToken)
    {
        var calls = await _http.GetFromJsonAsync<SeenCall[]>("/__admin/calls", Json, cancellationToken);
        return [.. calls!.Where(call => call.Kind == "chat")];
    }

    /// <summary>How many questions are being worked on now.</summary>
    public async Task<int> RunningAsync(CancellationToken cancellationToken) =>
        (await CallsAsync(cancellationToken)).Count(call => call.Ended is null);

    /// <summary>Changes settings, for example <c>new { latencyMs = 2000 }</c>.</summary>
    public async Task SetAsync(object settings, CancellationToken cancellationToken)
    {
        using var answer = await _http.PutAsJsonAsync("/__admin/settings", settings, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"The emulator refused the settings: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
