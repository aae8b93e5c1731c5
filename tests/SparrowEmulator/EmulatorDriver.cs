using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SparrowEmulator;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Emulator;

/// <summary>An emulator of its own for one test, called over real sockets.</summary>
internal sealed class EmulatorDriver : IAsyncDisposable
{
    private readonly EmulatorApp _app;

    private EmulatorDriver(EmulatorApp app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = app.BaseUrl, Timeout = Eventually.Limit };
    }

    public HttpClient Http { get; }

    public static async Task<EmulatorDriver> StartAsync(TimeProvider? time = null) =>
        new(await EmulatorApp.StartNewAsync(new EmulatorOptions { Time = time ?? TimeProvider.System }, TestContext.Current.CancellationToken));

    public async Task<Answer> ChatAsync(object body, string path = "/standard/all-tools", string? key = "Bearer key")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", key);
        return await SendAsync(request);
    }

    public Task<Answer> GoOnAsync(Answer previous, string message) =>
        ChatAsync(new { message, conversation_id = previous.ConversationId, parent_message_id = previous.MessageId });

    public async Task<Answer> UploadAsync(
        byte[] bytes, string name, string conversationId = "", string? type = "my_files", string field = "file", string path = "/standard/uploaded", string? key = "Bearer key")
    {
        using var form = new MultipartFormDataContent { { new StringContent(conversationId), "conversation_id" } };
        if (type is not null) form.Add(new StringContent(type), "type");
        form.Add(new ByteArrayContent(bytes), field, name);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", key);
        return await SendAsync(request);
    }

    public async Task<Answer> DownloadAsync(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, WebUtility.HtmlDecode(address));
        return await SendAsync(request);
    }

    public Task SetAsync(string json) => AdminAsync(HttpMethod.Put, "settings", json);

    public Task FaultAsync(string json) => AdminAsync(HttpMethod.Post, "faults", json);

    public async Task ReleaseAsync(string json) => (await TryAdminAsync(HttpMethod.Post, "release", json)).Status.ShouldBe(200);

    public Task AnswerAsync(string json) => AdminAsync(HttpMethod.Post, "answers", json);

    public async Task ResetAsync() => (await Http.PostAsync("/__admin/reset", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

    public async Task<Answer> TryAdminAsync(HttpMethod method, string what, string json)
    {
        using var request = new HttpRequestMessage(method, $"/__admin/{what}") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        return await SendAsync(request);
    }

    public async Task<JsonElement[]> CallsAsync() => [.. (await Http.GetFromJsonAsync<JsonElement>("/__admin/calls")).EnumerateArray()];

    /// <summary>Waits until the ledger fulfils a condition.</summary>
    public Task<JsonElement[]> CallsWhenAsync(Func<JsonElement[], bool> condition) => Eventually.GetAsync("the ledger is as it should be", async () =>
    {
        var calls = await CallsAsync();
        return condition(calls) ? calls : null;
    });

    /// <summary>Lets time go by until a task ends. Once would be a race: a call is in the ledger a moment before its wait begins.</summary>
    public static async Task AdvanceUntilAsync(FakeTimeProvider time, TimeSpan step, Task task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(step);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken));
        }
    }

    /// <summary>Sends bytes and reads until the connection ends.</summary>
    /// <returns>What was received, and whether the end was a reset.</returns>
    public async Task<(string Received, bool WasReset)> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _app.BaseUrl.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        var received = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            for (int n; (n = await stream.ReadAsync(buffer)) > 0;) received.Append(Encoding.UTF8.GetString(buffer, 0, n));
            return (received.ToString(), false);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return (received.ToString(), true);
        }
    }

    public Task<(string Received, bool WasReset)> RawChatAsync(string message)
    {
        var body = JsonSerializer.Serialize(new { message });
        return RawAsync($"POST /standard/all-tools HTTP/1.1\r\nHost: localhost\r\nAuthorization: k\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private async Task AdminAsync(HttpMethod method, string what, string json)
    {
        var answer = await TryAdminAsync(method, what, json);
        answer.Status.ShouldBe(200, answer.Text);
    }

    private async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new Answer((int)response.StatusCode, bytes, response.Headers, response.Content.Headers);
    }

    internal sealed record Answer(int Status, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);

        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Bytes);

        public string Detail => Json.GetProperty("detail").GetString()!;

        public string ConversationId => Json.GetProperty("conversation_id").GetString()!;

        public string MessageId => Json.GetProperty("message_id").GetString()!;

        public string[] Downloads => Json.TryGetProperty("downloads", out var list) ? [.. list.EnumerateArray().Select(d => d.GetString()!)] : [];

        public JsonElement LastMessage => Json.GetProperty("contents").EnumerateArray().Last().GetProperty("message");

        public string Said => LastMessage.GetProperty("content").GetProperty("parts")[0].GetString()!;

        public string Slug => LastMessage.GetProperty("metadata").GetProperty("model_slug").GetString()!;
    }
}
