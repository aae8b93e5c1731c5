using System.Text.Json;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Web;

public sealed class ConversationRequestsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private RunningApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await RunningApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("customer-42", "/customer-42")]
    [InlineData("a/b/c", "/a%2Fb%2Fc")]
    [InlineData("a/b/c", "?key=a%2Fb%2Fc")]
    [InlineData("a/b/c", "?key=a/b/c")]
    [InlineData("客户 42?#&+%", "/%E5%AE%A2%E6%88%B7%2042%3F%23%26%2B%25")]
    [InlineData("客户 42?#&+%", "?key=%E5%AE%A2%E6%88%B7%2042%3F%23%26%2B%25")]
    [InlineData("literal %2F is no slash", "?key=literal%20%252F%20is%20no%20slash")]
    public async Task A_conversation_is_shown_under_any_key(string key, string address)
    {
        await ChatAsync("one", "One", key);
        await ChatAsync("two", "Two", key);

        var answer = await _app.GetAsync($"/api/conversations{address}");

        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("conversation").GetString().ShouldBe(key);
        answer.Json.GetProperty("conversationId").GetString().ShouldBe((await _app.GetAsync("/api/jobs/two")).Json.GetProperty("conversationId").GetString());
        var turns = answer.Json.GetProperty("turns").EnumerateArray().ToArray();
        turns.Select(turn => (turn.GetProperty("turn").GetInt32(), turn.GetProperty("jobId").GetString(), turn.GetProperty("user").GetString(), turn.GetProperty("state").GetString()))
            .ShouldBe([(1, "one", "One", "ended"), (2, "two", "Two", "ended")]);
        turns[1].GetProperty("answer").GetString().ShouldBe((await _app.GetAsync("/api/jobs/two")).Json.GetProperty("answer").GetString());
        (await _app.GetAsync($"/api/conversations{address}", ("If-None-Match", answer.Header("ETag")!))).Status.ShouldBe(304);
    }

    [Fact]
    public async Task Every_address_reaches_its_own_conversation_and_no_other_in_both_hosts_forms()
    {
        var inPath = ConversationKeys.InPath.Select(row => row.Data).ToArray();
        string[] keys = [.. inPath.Select(row => row.Item1).Concat(ConversationKeys.InQueryOnly.Select(row => row.Data)).Distinct()];
        (await _app.SendAsync(HttpMethod.Put, "/api/gate", """{"paused":true}""")).Status.ShouldBe(200);
        foreach (var (number, key) in keys.Index())
        {
            (await _app.PostAsync("/api/chat", JsonSerializer.Serialize(new { id = $"job-{number}", prompt = "x", conversation = key }))).Status.ShouldBe(202, key);
            (await _app.DeleteAsync($"/api/jobs/job-{number}")).Status.ShouldBe(200, key);
        }

        foreach (var (key, sent, forwarded) in inPath)
        {
            (await RawAsync("GET", $"/{sent}")).ShouldBe((200, key), sent);
            (await RawAsync("GET", $"/{forwarded}")).ShouldBe((200, key), forwarded);
        }

        foreach (var (sent, forwarded) in ConversationKeys.Refused.Select(row => row.Data))
        {
            foreach (var method in new[] { "GET", "DELETE" })
                (await RawAsync(method, $"/{sent}"), await RawAsync(method, $"/{forwarded}")).ShouldBe(((400, "key"), (400, "key")), $"{method} {sent}");
        }

        string[] nameless = ["", "?", "?kex=a", .. ConversationKeys.Nameless.SelectMany(row => new[] { $"/{row.Data.Item1}", $"/{row.Data.Item2}" })];
        foreach (var address in nameless)
            (await RawAsync("GET", address), await RawAsync("DELETE", address)).ShouldBe(((404, ""), (404, "")), address);

        string[] unclear = ["?key=", "?key", "?key=plain&key=plain", "/plain?key=plain", "/plain?key="];
        foreach (var address in unclear)
            (await RawAsync("GET", address), await RawAsync("DELETE", address)).ShouldBe(((400, "key"), (400, "key")), address);

        // Nothing of all that was deleted; each of these deletes one
        foreach (var key in keys)
            (await RawAsync("GET", ConversationRoute.ByQuery(key))).ShouldBe((200, key));
        var left = keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (key, sent, forwarded) in inPath.Where(row => left.Contains(row.Item1)).ToArray())
        {
            (await ForgetAsync($"/{(left.Count % 2 == 0 ? sent : forwarded)}")).ShouldBe(left.Remove(key) ? 204 : 404, sent);
            (await RawAsync("GET", $"/{sent}")).Status.ShouldBe(404, sent);
        }

        foreach (var key in left)
            (await RawAsync("GET", ConversationRoute.ByQuery(key))).ShouldBe((200, key));
        foreach (var key in left)
            (await ForgetAsync(ConversationRoute.ByQuery(key))).ShouldBe(204, key);
    }

    [Theory]
    [InlineData("/a%2Fb")]
    [InlineData("/a%252Fb")]
    public async Task A_path_that_could_be_of_two_conversations_is_refused_until_the_one_with_the_text_is_forgotten(string path)
    {
        await ChatAsync("slash", "One", "a/b");
        await ChatAsync("text", "One", "a%2Fb");

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            var refused = await _app.SendAsync(method, $"/api/conversations{path}", null);
            refused.Fields(400).ShouldBe(["key"]);
            refused.Json.GetProperty("detail").GetString()!.ShouldContain("?key=");
        }

        foreach (var key in new[] { "a/b", "a%2Fb" })
            (await RawAsync("GET", ConversationRoute.ByQuery(key))).ShouldBe((200, key));
        (await RawAsync("DELETE", ConversationRoute.ByQuery("a%2Fb"))).Status.ShouldBe(204);
        (await RawAsync("GET", path)).ShouldBe((200, "a/b"));
        (await RawAsync("DELETE", path)).Status.ShouldBe(204);
        (await RawAsync("GET", ConversationRoute.ByQuery("a/b"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_conversation_whose_turn_only_waits_counts_as_one_that_the_path_could_mean()
    {
        await ChatAsync("slash", "One", "a/b");
        (await _app.PostAsync("/api/chat", """{"id":"text","prompt":"Two","conversation":"a%2Fb","turn":2}""")).Status.ShouldBe(202);

        (await RawAsync("DELETE", "/a%2Fb")).ShouldBe((400, "key"));
    }

    [Fact]
    public async Task Long_texts_are_shown_from_where_they_lie_and_forgotten_there_too()
    {
        var text = new string('x', 20_000);
        await ChatAsync("long", text, "c");

        var turn = (await _app.GetAsync("/api/conversations/c")).Json.GetProperty("turns")[0];
        turn.GetProperty("user").GetString().ShouldBe(text);
        turn.GetProperty("answer").GetString()!.Length.ShouldBeGreaterThan(20_000);
        (await _app.DeleteAsync("/api/conversations/c")).Status.ShouldBe(204);

        (await _app.GetAsync("/api/conversations/c")).Problem(404);
        (await _app.DeleteAsync("/api/conversations/c")).Problem(404);
        var payloads = _app.Account.Blobs.GetBlobContainerClient("payloads");
        (await payloads.GetBlobClient("turns/long-user.txt").ExistsAsync(Cancel)).Value.ShouldBeFalse();
        (await payloads.GetBlobClient("turns/long-answer.txt").ExistsAsync(Cancel)).Value.ShouldBeFalse();
        (await _app.GetAsync("/api/jobs/long")).Json.GetProperty("answer").GetString()!.Length.ShouldBeGreaterThan(20_000, "jobs keep their results");
    }

    [Fact]
    public async Task A_forgotten_conversation_begins_anew()
    {
        await ChatAsync("one", "One", "c");
        (await _app.DeleteAsync("/api/conversations/c")).Status.ShouldBe(204);

        var two = await ChatAsync("two", "Two", "c");

        (two.GetProperty("turn").GetInt32(), two.GetProperty("rebuilt").GetBoolean()).ShouldBe((1, false));
        two.GetProperty("conversationId").GetString().ShouldNotBe((await _app.GetAsync("/api/jobs/one")).Json.GetProperty("conversationId").GetString());
    }

    [Fact]
    public async Task A_conversation_in_use_is_not_forgotten()
    {
        await ChatAsync("one", "One", "c");
        await _app.TellEmulatorAsync(HttpMethod.Put, "settings", new { latencyMs = Pipeline.UntilReleased });
        (await _app.PostAsync("/api/chat", """{"id":"two","prompt":"Two","conversation":"c"}""")).Status.ShouldBe(202);
        await _app.SeesCallsAsync(2);

        (await _app.DeleteAsync("/api/conversations/c")).Problem(409);

        await _app.ReleaseAsync();
        (await _app.EndedAsync("two")).GetProperty("rebuilt").GetBoolean().ShouldBeFalse();
        await Eventually.TrueAsync("the conversation is free", async () => (await _app.DeleteAsync("/api/conversations/c")).Status == 204);
    }

    [Fact]
    public async Task A_turn_that_only_waits_keeps_its_conversation_too()
    {
        (await _app.PostAsync("/api/chat", """{"id":"two","prompt":"Two","conversation":"c","turn":2}""")).Status.ShouldBe(202);

        (await _app.DeleteAsync("/api/conversations/c")).Problem(409);

        var turn = (await _app.GetAsync("/api/conversations/c")).Json.GetProperty("turns")[0];
        (turn.GetProperty("turn").GetInt32(), turn.GetProperty("state").GetString(), turn.GetProperty("user").ValueKind).ShouldBe((2, "waiting", JsonValueKind.Null));
        (await _app.DeleteAsync("/api/jobs/two")).Status.ShouldBe(200);
        (await ForgetAsync("/c")).ShouldBe(204);
    }

    [Fact]
    public async Task A_conversation_of_more_rows_than_one_write_takes_is_forgotten_whole()
    {
        // 120 turns called off while they wait: a row and a marker each
        (await _app.SendAsync(HttpMethod.Put, "/api/gate", """{"paused":true}""")).Status.ShouldBe(200);
        for (var n = 0; n < 120; n += 20)
            await Task.WhenAll(Enumerable.Range(n, 20).Select(each => _app.PostAsync("/api/chat", $$"""{"id":"t{{each}}","prompt":"x","conversation":"c"}""")));
        (await _app.GetAsync("/api/conversations/c")).Json.GetProperty("turns").GetArrayLength().ShouldBe(120);
        for (var n = 0; n < 120; n += 20)
            await Task.WhenAll(Enumerable.Range(n, 20).Select(async each => (await _app.DeleteAsync($"/api/jobs/t{each}")).Status.ShouldBe(200)));

        (await _app.DeleteAsync("/api/conversations/c")).Status.ShouldBe(204);

        await foreach (var row in _app.Account.Tables.GetTableClient("turns").QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Cancel))
            row.RowKey.ShouldBeNull();
    }

    [Fact]
    public async Task A_conversation_that_is_not_there_is_a_problem()
    {
        (await _app.GetAsync("/api/conversations/none")).Problem(404);
        (await _app.DeleteAsync("/api/conversations/none")).Problem(404);
    }

    private async Task<JsonElement> ChatAsync(string id, string prompt, string conversation)
    {
        (await _app.PostAsync("/api/chat", JsonSerializer.Serialize(new { id, prompt, conversation }))).Status.ShouldBe(202);
        var answer = await _app.EndedAsync(id);
        answer.GetProperty("state").GetString().ShouldBe("succeeded");

        await FreeAsync(id, conversation);
        return answer;
    }

    // A job has ended a moment before its conversation is free
    private Task FreeAsync(string id, string conversation) => Eventually.TrueAsync($"{id} has left its conversation", async () =>
        (await _app.GetAsync($"/api/conversations?key={Uri.EscapeDataString(conversation)}")).Json.GetProperty("turns").EnumerateArray().All(turn => turn.GetProperty("state").GetString() == "ended"));

    // A job that is called off leaves its conversation a moment later: until then forgetting is refused
    private async Task<int> ForgetAsync(string address)
    {
        var status = 0;
        await Eventually.TrueAsync($"{address} is free", async () => (status = (await RawAsync("DELETE", address)).Status) != 409);
        return status;
    }

    private Task<(int Status, string Told)> RawAsync(string method, string address) => ConversationRoute.AskAsync(_app.Http.BaseAddress!, method, address);
}
