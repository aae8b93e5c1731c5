using System.Text.Json;
using SparrowFunctions.Tests.Core.Web;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Worker;

/// <summary>Addresses of conversations in the deployed app, behind a front door that hands paths on as the Functions host does.</summary>
public sealed class AddressTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private DeployedApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await DeployedApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Every_address_reaches_its_own_conversation_and_no_other()
    {
        var inPath = ConversationKeys.InPath.Select(row => (Key: row.Data.Item1, Sent: row.Data.Item2)).ToArray();
        string[] keys = [.. inPath.Select(row => row.Key).Concat(ConversationKeys.InQueryOnly.Select(row => row.Data)).Distinct()];
        foreach (var (number, key) in keys.Index()) await ChatAsync($"chat-{number}", key);

        foreach (var (key, sent) in inPath)
            (await AskAsync("GET", $"/{sent}")).ShouldBe((200, key), sent);
        await AreThereAsync(keys);

        string[] refused = [.. ConversationKeys.Refused.Select(row => $"/{row.Data.Item1}"), "/sample%2Fweather", "/sample%252Fweather", "/sample%2fweather", "?key=", "/plain?key=plain"];
        foreach (var address in refused)
            (await AskAsync("GET", address), await AskAsync("DELETE", address)).ShouldBe(((400, "key"), (400, "key")), address);
        string[] nameless = ["", .. ConversationKeys.Nameless.Select(row => $"/{row.Data.Item1}")];
        foreach (var address in nameless)
            (await AskAsync("GET", address), await AskAsync("DELETE", address)).ShouldBe(((404, ""), (404, "")), address);
        await AreThereAsync(keys);

        // Each of these deletes one; had it been another, that one would be missing at its turn
        var left = keys.ToList();
        foreach (var (key, sent) in inPath.DistinctBy(row => row.Key).ToArray())
        {
            (await AskAsync("DELETE", $"/{sent}")).Status.ShouldBe(204, sent);
            left.Remove(key).ShouldBeTrue(sent);
            (await AskAsync("GET", ConversationRoute.ByQuery(key))).Status.ShouldBe(404, sent);
        }

        await AreThereAsync(left);
        foreach (var key in left)
        {
            (await AskAsync("DELETE", ConversationRoute.ByQuery(key))).Status.ShouldBe(204, key);
            (await AskAsync("GET", ConversationRoute.ByQuery(key))).Status.ShouldBe(404, key);
        }
    }

    private async Task ChatAsync(string id, string conversation)
    {
        (await _app.SendAsync(HttpMethod.Post, "/api/chat", JsonSerializer.Serialize(new { id, prompt = "x", conversation }))).Status.ShouldBe(202, conversation);
        await _app.WorkUntilAsync($"{id}/result.json");
    }

    private async Task AreThereAsync(IEnumerable<string> keys)
    {
        foreach (var key in keys)
            (await AskAsync("GET", ConversationRoute.ByQuery(key))).ShouldBe((200, key));
    }

    private Task<(int Status, string Told)> AskAsync(string method, string address) => ConversationRoute.AskAsync(_app.Http.BaseAddress!, method, address);
}
