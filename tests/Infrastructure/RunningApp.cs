using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using SparrowEmulator;
using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>The whole app on the local host in this process, on an account and an emulator of its own: what a client sees of it.</summary>
public sealed class RunningApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _admin;
    private readonly EmulatorApp _emulator;

    private RunningApp(StorageAccount account, EmulatorApp emulator, WebApplication app)
    {
        (Account, _emulator, _app) = (account, emulator, app);
        _admin = new HttpClient { BaseAddress = emulator.BaseUrl, Timeout = Eventually.Limit };
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = Eventually.Limit };
    }

    public StorageAccount Account { get; }

    public HttpClient Http { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts it. Setting <c>AzureWebJobs__OnWork__Disabled</c> keeps jobs from being worked on.</summary>
    public static async Task<RunningApp> StartAsync(AzuriteFixture azurite, params (string Setting, string Value)[] settings)
    {
        var account = await azurite.NewAccountAsync();
        var emulator = await EmulatorApp.StartNewAsync(new EmulatorOptions(), Cancel);
        var all = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = account.ConnectionString,
            ["Sparrow:BaseUrl"] = emulator.BaseUrl.ToString(),
            ["Sparrow:FreeBaseUrl"] = emulator.BaseUrl.ToString(),
            ["Sparrow:ApiKey"] = "test-key",
            ["AzureFunctionsJobHost:extensions:queues:maxPollingInterval"] = "00:00:00.2",
            ["AzureFunctionsJobHost:logging:logLevel:default"] = "Error",
        };
        foreach (var (setting, value) in settings)
            all[setting.Replace("__", ":", StringComparison.Ordinal)] = value;
        IConfigurationSource source = new MemoryConfigurationSource { InitialData = all };
        var app = FunctionsApp.Build([source], port: 0);
        await app.StartAsync(Cancel);
        return new RunningApp(account, emulator, app);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, string? body, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, body, headers);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return await Answer.ReadAsync(await Http.SendAsync(request, Cancel));
    }

    /// <summary>A job's document once the job has ended.</summary>
    public Task<JsonElement> EndedAsync(string id) => StateAsync(id, "succeeded", "failed", "cancelled", "unknown");

    /// <summary>A job's document once the job is in one of some states.</summary>
    public async Task<JsonElement> StateAsync(string id, params string[] states) => (await Eventually.GetAsync($"job {id} is {string.Join(" or ", states)}", async () =>
    {
        var answer = await GetAsync($"/api/jobs/{id}");
        return answer.Status == 200 && states.Contains(answer.Json.GetProperty("state").GetString()) ? answer : null;
    })).Json;

    /// <summary>The chats that the emulator saw.</summary>
    public async Task<IReadOnlyList<JsonElement>> CallsAsync()
    {
        var calls = await _admin.GetFromJsonAsync<JsonElement>("/__admin/calls", Cancel);
        return [.. calls.EnumerateArray().Where(call => call.GetProperty("kind").GetString() == "chat")];
    }

    /// <summary>Waits until so many chats have come to the emulator.</summary>
    public Task SeesCallsAsync(int count) => Eventually.TrueAsync($"{count} calls have been made", async () => (await CallsAsync()).Count == count);

    /// <summary>Lets all calls go on that the emulator holds.</summary>
    public Task ReleaseAsync() => TellEmulatorAsync(HttpMethod.Post, "release", new { });

    /// <summary>Tells the emulator something.</summary>
    public async Task TellEmulatorAsync(HttpMethod method, string route, object body)
    {
        using var request = new HttpRequestMessage(method, $"/__admin/{route}") { Content = JsonContent.Create(body) };
        using var response = await _admin.SendAsync(request, Cancel);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Cancel));
    }

    public async ValueTask DisposeAsync()
    {
        using var at = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _app.StopAsync(at.Token);
        }
        catch (OperationCanceledException)
        {
            // A test may leave a call under way
        }

        await _app.DisposeAsync();
        await _emulator.DisposeAsync();
        Http.Dispose();
        _admin.Dispose();
    }
}

/// <summary>What came back.</summary>
public sealed record Answer(int Status, string Text, string? MediaType, ILookup<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Header(string name) => Headers[name].FirstOrDefault();

    /// <summary>The problem document that it must be.</summary>
    public JsonElement Problem(int status)
    {
        Status.ShouldBe(status, Text);
        MediaType.ShouldBe("application/problem+json");
        Json.GetProperty("status").GetInt32().ShouldBe(status);
        Json.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        return Json;
    }

    /// <summary>The fields that the problem names.</summary>
    public string[] Fields(int status) => [.. Problem(status).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()!)];

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return new Answer(
                (int)response.StatusCode,
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                response.Content.Headers.ContentType?.MediaType,
                response.Headers.Concat(response.Content.Headers).SelectMany(header => header.Value.Select(value => (header.Key, value))).ToLookup(each => each.Key, each => each.value, StringComparer.OrdinalIgnoreCase));
        }
    }
}
