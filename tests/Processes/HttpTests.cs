using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>Chats by HTTP with a local host in a process of its own: many at once, the same many times, and a host that dies while it accepts.</summary>
[Collection(ProcessTests.Name)]
public sealed class HttpTests(ITestOutputHelper output)
{
    private const int AtOnce = 50;
    private const string Key = "function-key-of-the-samples";

    private static readonly int Posts = ProcessTests.Soak ? 2000 : 300;
    private static readonly Dictionary<string, string> Settings = [];
    private static readonly Dictionary<string, string> WantsKey = new() { ["LocalHost__FunctionKey"] = Key };
    private static readonly Dictionary<string, string> OnlyAccepts = new() { ["AzureWebJobs__OnWork__Disabled"] = "true" };

    // What samples/hooks.sh prints
    private static readonly Dictionary<string, string> Hooks = new()
    {
        ["Hooks__issues__Scheme"] = "github",
        ["Hooks__issues__Secret"] = "It's a Secret to Everybody",
        ["Hooks__issues__Prompt"] = "Suggest an answer to this bug report. # {{issue.title!}} {{issue.body|It has no description.}}",
        ["Hooks__issues__Conversation"] = "{{repository.full_name}}#{{issue.number}}",
        ["Hooks__chat__Scheme"] = "slack",
        ["Hooks__chat__Secret"] = "8f742231b10e8888abcd99yyyzzz85a5",
        ["Hooks__chat__Prompt"] = "{{event.text!}}",
        ["Hooks__invoices__Scheme"] = "standard",
        ["Hooks__invoices__Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ["Hooks__invoices__Prompt"] = "Thank {{data.customer}} for {{data.amount}}.",
        ["Hooks__ask__Scheme"] = "none",
        ["Hooks__ask__Prompt"] = "{{question!}}",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_posts_at_once_none_is_lost_and_of_the_same_a_hundred_times_one_call_is_made()
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.SetAsync(new { latencyMs = 200 }, Cancel);
        var hosts = await Task.WhenAll(cluster.StartHostAsync(Settings, Cancel), cluster.StartHostAsync(Settings, Cancel));
        var ids = Enumerable.Range(0, Posts).Select(n => $"post-{n:0000}").ToArray();
        var started = TimeProvider.System.GetTimestamp();

        var answers = await PostAsync(hosts[0].Address, ids);

        answers.Values.ShouldAllBe(status => status == HttpStatusCode.Accepted);
        output.WriteLine($"{ids.Length} posts, {AtOnce} at once, were accepted within {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} seconds.");
        await UntilEndedAsync(cluster, ids.Length);
        output.WriteLine($"All had ended after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} seconds.");

        var same = await Task.WhenAll(hosts.Select(host => PostAsync(host.Address, Enumerable.Repeat("same", 50))));
        same.ShouldAllBe(statuses => statuses["same"] == HttpStatusCode.Accepted);
        await UntilEndedAsync(cluster, ids.Length + 1);
        var books = await Books.CloseAsync(cluster, [.. ids, "same"], Cancel);
        output.WriteLine(books.Summary());
        books.Problems().ShouldBeEmpty();
        books.Calls.Count.ShouldBe(Posts + 1);
        (await ListedAsync(hosts[1].Address)).ShouldBe([.. ids, "same"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_host_that_dies_while_it_accepts_loses_nothing_it_accepted_and_the_rest_can_be_sent_again()
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        await cluster.Emulator.SetAsync(new { latencyMs = 50 }, Cancel);
        var doomed = await cluster.StartHostAsync(OnlyAccepts, Cancel);
        var isGone = false;

        // They come as long as there is somebody to accept them, and some more
        var posting = PostAsync(doomed.Address, Enumerable.Range(0, int.MaxValue).TakeWhile(_ => !Volatile.Read(ref isGone)).Concat(Enumerable.Range(-20, 20)).Select(n => $"post-{n:0000}"));
        await Waiting.UntilAsync("some are on record", async () => await RowsAsync(cluster) > 60, Cancel);
        await doomed.Process.KillAsync();
        Volatile.Write(ref isGone, true);
        var first = await posting;
        var ids = first.Keys.ToArray();
        var accepted = first.Where(each => each.Value == HttpStatusCode.Accepted).Select(each => each.Key).ToArray();
        var unanswered = ids.Except(accepted).ToArray();
        var onRecord = await RowsAsync(cluster);
        output.WriteLine($"{accepted.Length} were accepted when the host died, {onRecord} were on record.");
        accepted.ShouldNotBeEmpty();
        unanswered.ShouldNotBeEmpty();

        var host = await cluster.StartHostAsync(Settings, Cancel);
        (await PostAsync(host.Address, unanswered)).Values.ShouldAllBe(status => status == HttpStatusCode.Accepted);

        await UntilEndedAsync(cluster, ids.Length);
        var books = await Books.CloseAsync(cluster, ids, Cancel);
        books.Problems().ShouldBeEmpty();
        books.Calls.Count.ShouldBe(ids.Length);
    }

    [Fact]
    public async Task Every_sample_does_what_it_says()
    {
        await using var cluster = await Cluster.StartAsync(withAccessLog: false, Cancel);
        var host = await cluster.StartHostAsync(new Dictionary<string, string>(WantsKey.Concat(Hooks)), Cancel);
        var folder = Path.Combine(RepositoryRoot.Find(AppContext.BaseDirectory)!, "samples");
        using var http = new HttpClient { Timeout = Eventually.Limit };
        var description = new ApiDescription(JsonDocument.Parse(await http.GetStringAsync(new Uri(host.Address, "/api/openapi.json"), Cancel)).RootElement);
        var seen = new HashSet<string>(StringComparer.Ordinal);

        string[] inOrder = ["chat.http", "conversations.http", "hooks.http", "jobs.http", "operation.http"];
        Directory.GetFiles(folder, "*.http").Select(Path.GetFileName).ShouldBe(inOrder, ignoreOrder: true);
        var requests = inOrder.SelectMany(file => HttpFileRequest.ReadAll(
            File.ReadAllText(Path.Combine(folder, file)), new Dictionary<string, string> { ["host"] = host.Address.GetLeftPart(UriPartial.Authority), ["key"] = Key }));
        foreach (var request in requests)
        {
            using var message = request.ToMessage();
            var answer = await Answer.ReadAsync(await http.SendAsync(message, Cancel));
            request.Expected.ShouldContain(answer.Status, $"{request.Title}: {answer.Text}");
            description.Check(request.Method, message.RequestUri!.AbsolutePath, answer.Status, answer.MediaType, answer.Text);
            seen.Add($"{request.Method} {message.RequestUri.AbsolutePath}");
        }

        foreach (var (method, path, _) in description.Operations)
            seen.ShouldContain(each => each.StartsWith($"{method} /api{path.Split('{')[0]}", StringComparison.Ordinal), $"no sample shows {method} {path}");

        (await RunAsync(folder, "chat.sh", host.Address)).ShouldContain("\"state\":\"succeeded\"");
        (await RunAsync(folder, "conversation.sh", host.Address)).ShouldEndWith("Forgotten.\n");
        var jobs = await RunAsync(folder, "jobs.sh", host.Address);
        (jobs.Contains("\"state\":\"cancelled\"", StringComparison.Ordinal), jobs.Contains("\"id\":\"sample-chat\",\"state\":\"succeeded\"", StringComparison.Ordinal)).ShouldBe((true, true), jobs);
        var operation = await RunAsync(folder, "operation.sh", host.Address);
        operation.ShouldContain("{\"paused\":true,\"reason\":\"New key on its way\"}");
        operation.ShouldContain("Batch nightly: 404");
        var hooks = await RunAsync(folder, "hooks.sh", host.Address);
        hooks.Split('\n').Count(line => line.EndsWith(" (202)", StringComparison.Ordinal)).ShouldBe(5, hooks);
        Directory.GetFiles(folder, "*.sh").Length.ShouldBe(5);
    }

    // Who gets no answer is told so, not failed
    private static async Task<IReadOnlyDictionary<string, HttpStatusCode>> PostAsync(Uri address, IEnumerable<string> ids)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Eventually.Limit };
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<string, HttpStatusCode>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancel }, async (id, cancellationToken) =>
        {
            using var content = new StringContent(JsonSerializer.Serialize(new { prompt = PromptMark.Text(id) }), Encoding.UTF8, "application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat") { Content = content, Headers = { { "Idempotency-Key", id } } };
            try
            {
                using var response = await http.SendAsync(request, cancellationToken);
                statuses.AddOrUpdate(id, response.StatusCode, (_, before) => before == HttpStatusCode.Accepted ? response.StatusCode : before);
            }
            catch (HttpRequestException)
            {
                statuses[id] = HttpStatusCode.RequestTimeout;
            }
        });
        return statuses;
    }

    private static async Task<string[]> ListedAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Eventually.Limit };
        var ids = new List<string>();
        for (string? continuation = ""; continuation is not null;)
        {
            var page = JsonDocument.Parse(await http.GetStringAsync($"/api/jobs?top=100&continuation={continuation}", Cancel)).RootElement;
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            continuation = page.GetProperty("continuation").GetString();
        }

        return [.. ids];
    }

    private static async Task<int> RowsAsync(Cluster cluster)
    {
        var rows = 0;
        await foreach (var _ in cluster.Tables.GetTableClient("jobs").QueryAsync<Azure.Data.Tables.TableEntity>("State eq 'queued'", select: ["RowKey"], cancellationToken: Cancel))
            rows++;
        return rows;
    }

    private static Task UntilEndedAsync(Cluster cluster, int count) => Waiting.UntilAsync(
        $"{count} jobs have ended", async () => (await cluster.EndedAsync(Cancel)).Count >= count, Cancel);

    private static async Task<string> RunAsync(string folder, string script, Uri address)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(folder, script)]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SPARROW_URL"] = address.GetLeftPart(UriPartial.Authority);
        start.Environment["SPARROW_KEY"] = Key;
        using var process = Process.Start(start)!;
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        process.ExitCode.ShouldBe(0, $"{script}: {await text}{await errors}");
        return await text;
    }
}
