using System.Net.Http.Json;
using System.Text.Json;

namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>The admin side of an emulator in another process.</summary>
internal sealed class EmulatorAdmin(Uri address) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };

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
        await CheckAsync(answer, cancellationToken);
    }

    /// <summary>Holds every question from now on until it is let go.</summary>
    public Task HoldAsync(CancellationToken cancellationToken) => SetAsync(new { latencyMs = 86_400_000 }, cancellationToken);

    /// <summary>Lets all questions go on that are held, and answers further ones after a latency.</summary>
    public async Task LetGoAsync(int latencyMs, CancellationToken cancellationToken)
    {
        await SetAsync(new { latencyMs }, cancellationToken);
        await ReleaseAsync(cancellationToken);
    }

    /// <summary>Lets the questions go on that are held now.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync("/__admin/release", new { }, cancellationToken);
        await CheckAsync(answer, cancellationToken);
    }

    /// <summary>Adds an answer to order.</summary>
    public async Task AnswerAsync(object rule, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync("/__admin/answers", new[] { rule }, cancellationToken);
        await CheckAsync(answer, cancellationToken);
    }

    /// <summary>Adds a fault to order.</summary>
    public async Task FaultAsync(object rule, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync("/__admin/faults", new[] { rule }, cancellationToken);
        await CheckAsync(answer, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task CheckAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"The emulator refused: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
