using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using SparrowFunctions.LocalHost.Attributes;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Web;

/// <summary>The description of the routes is valid, complete, and true.</summary>
public sealed partial class OpenApiTests(AzuriteFixture azurite)
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RepositoryRoot.Find(AppContext.BaseDirectory)!, "src/Core/Web/openapi.json"));
    private static readonly JsonElement Document = JsonDocument.Parse(Text).RootElement;
    private static readonly ApiDescription Description = new(Document);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void It_is_valid_OpenAPI_3_1()
    {
        var read = OpenApiDocument.Parse(Text, "json");

        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        read.Diagnostic.SpecificationVersion.ShouldBe(OpenApiSpecVersion.OpenApi3_1);
        read.Document!.Paths.Count.ShouldBe(Document.GetProperty("paths").EnumerateObject().Count());
        read.Document.Webhooks!.Keys.ShouldBe(["job.succeeded", "job.failed", "job.cancelled", "job.unknown"], ignoreOrder: true);
    }

    [Fact]
    public void Every_route_of_the_app_is_described_with_the_key_it_wants()
    {
        var described = Description.Operations.ToDictionary(each => $"{each.Method} {each.Path}", each => each.Operation.TryGetProperty("security", out var security) && security.GetArrayLength() == 0);
        var routes =
            from type in typeof(FunctionsApp).Assembly.GetTypes()
            where type.Namespace == "SparrowFunctions.Triggers"
            from parameter in type.GetMethods().SelectMany(method => method.GetParameters())
            let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
            where trigger is not null
            from method in trigger.Methods!
            select ($"{method.ToUpperInvariant()} /{trigger.Route!.Replace("{*", "{", StringComparison.Ordinal)}", trigger.AuthLevel == AuthorizationLevel.Anonymous);
        // What stands at the end of these may stand in the query instead
        string[] byQuery = ["/conversations/{key}", "/batches/{name}"];
        var all = routes.Concat(routes.Where(each => byQuery.Contains(each.Item1.Split(' ')[1])).Select(each => (each.Item1[..each.Item1.LastIndexOf('/')], each.Item2))).ToDictionary();

        foreach (var (route, isAnonymous) in all)
            described[route].ShouldBe(isAnonymous, route);
        described.Keys.ShouldBe(all.Keys, ignoreOrder: true);
    }

    [Fact]
    public void Every_path_has_its_parameters_and_every_example_is_of_the_form_it_is_an_example_of()
    {
        foreach (var (method, path, operation) in Description.Operations)
        {
            var parameters = operation.TryGetProperty("parameters", out var list) ? list.EnumerateArray().ToArray() : [];
            parameters.Where(each => each.GetProperty("in").GetString() == "path").Select(each => each.GetProperty("name").GetString())
                .ShouldBe(PathParameter().Matches(path).Select(match => match.Groups["name"].Value), path);
            foreach (var parameter in parameters.Where(each => each.TryGetProperty("example", out _)))
                Description.Problems(parameter.GetProperty("schema"), parameter.GetProperty("example")).ShouldBeEmpty(path);
            operation.GetProperty("operationId").GetString().ShouldNotBeNullOrEmpty();
            if (operation.TryGetProperty("requestBody", out var body))
                CheckExamples(body, $"{method} {path}");
            foreach (var response in operation.GetProperty("responses").EnumerateObject())
                CheckExamples(Description.Resolve(response.Value), $"{method} {path} {response.Name}");
        }

        foreach (var webhook in Document.GetProperty("webhooks").EnumerateObject())
            CheckExamples(webhook.Value.GetProperty("post").GetProperty("requestBody"), webhook.Name);
    }

    [Fact]
    public async Task What_the_app_answers_is_as_described()
    {
        await using var app = await RunningApp.StartAsync(azurite);
        async Task<Answer> CallAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers)
        {
            var answer = await app.SendAsync(new HttpMethod(method), path, body, headers);
            Description.Check(method, path, answer.Status, answer.MediaType, answer.Text);
            return answer;
        }

        (await CallAsync("GET", "/api/openapi.json")).Text.ShouldBe(Text);
        await app.TellEmulatorAsync(HttpMethod.Post, "answers", new[] { new { promptContains = "chart", text = "Here.", files = new[] { new { name = "chart.png", contentType = "image/png", base64 = "iVBORw0KGgo=" } } } });
        await app.TellEmulatorAsync(HttpMethod.Post, "faults", new[] { new { match = new { promptContains = "fails" }, fault = new { status = 400 } } });

        await Eventually.TrueAsync("somebody who waits has the answer", async () =>
            (await CallAsync("POST", "/api/chat", """{"id":"one","prompt":"A chart","conversation":"c/1","wantFiles":true,"metadata":{"a":1}}""", ("Prefer", "wait=100"))).Status == 200);
        (await CallAsync("POST", "/api/chat", """{"id":"two","prompt":"fails","conversation":"c/1"}""")).Status.ShouldBe(202);
        await app.EndedAsync("two");
        (await CallAsync("POST", "/api/chat", """{"id":"later","prompt":"x","notBefore":"2099-01-01T00:00:00Z"}""")).Status.ShouldBe(202);
        (await CallAsync("POST", "/api/chat", "{")).Status.ShouldBe(400);
        (await CallAsync("POST", "/api/chat", """{"promt":"x"}""")).Status.ShouldBe(400);
        (await CallAsync("POST", "/api/chat", """{"id":"one","prompt":"y"}""")).Status.ShouldBe(422);
        (await CallAsync("POST", "/api/chat", """{"id":"three","prompt":"y","conversation":"c/1","turn":1}""")).Status.ShouldBe(409);
        (await CallAsync("POST", "/api/chat", new string(' ', 1024 * 1024 + 1))).Status.ShouldBe(413);
        var job = await CallAsync("GET", "/api/jobs/one");
        (await CallAsync("GET", "/api/jobs/one", null, ("If-None-Match", job.Header("ETag")!))).Status.ShouldBe(304);
        (await CallAsync("GET", "/api/jobs/none")).Status.ShouldBe(404);
        (await CallAsync("GET", "/api/jobs/one/files/chart.png")).Status.ShouldBe(200);
        (await CallAsync("GET", "/api/jobs/one/files/none.png")).Status.ShouldBe(404);
        var page = await CallAsync("GET", "/api/jobs?top=2");
        page.Json.GetProperty("items").GetArrayLength().ShouldBe(2);
        await CallAsync("GET", $"/api/jobs?top=2&continuation={page.Json.GetProperty("continuation").GetString()}");
        (await CallAsync("GET", "/api/jobs?state=done")).Status.ShouldBe(400);
        (await CallAsync("DELETE", "/api/jobs/later")).Status.ShouldBe(200);
        (await CallAsync("DELETE", "/api/jobs/one")).Status.ShouldBe(409);
        (await CallAsync("DELETE", "/api/jobs/none")).Status.ShouldBe(404);
        var letters = await Eventually.GetAsync("the letter is there", async () => await CallAsync("GET", "/api/deadletters") is var found && found.Json.GetProperty("items").GetArrayLength() > 0 ? found : null);
        (await CallAsync("GET", "/api/conversations/c%2F1")).Json.GetProperty("turns").GetArrayLength().ShouldBe(2);
        (await CallAsync("POST", "/api/jobs/two/retry")).Status.ShouldBe(202);
        (await CallAsync("POST", "/api/jobs/one/retry")).Status.ShouldBe(409);
        await app.StateAsync("two", "succeeded");
        (await CallAsync("POST", $"/api/deadletters/{letters.Json.GetProperty("items")[0].GetProperty("id").GetString()}/retry")).Status.ShouldBe(202);
        (await CallAsync("POST", "/api/deadletters/retry")).Status.ShouldBe(202);
        (await CallAsync("POST", "/api/deadletters/none/retry")).Status.ShouldBe(404);
        await Eventually.TrueAsync("the conversation is forgotten", async () => (await CallAsync("DELETE", "/api/conversations?key=c%2F1")).Status == 204);
        foreach (var method in new[] { "GET", "DELETE" })
        {
            (await CallAsync(method, "/api/conversations/none")).Status.ShouldBe(404);
            (await CallAsync(method, "/api/conversations/c%2F1")).Status.ShouldBe(404);
            (await CallAsync(method, "/api/conversations/c/1")).Status.ShouldBe(400);
            (await CallAsync(method, "/api/conversations?key=c/1")).Status.ShouldBe(404);
            (await CallAsync(method, "/api/conversations?key=")).Status.ShouldBe(400);
        }

        (await CallAsync("GET", "/api/batches/none")).Status.ShouldBe(404);
        (await CallAsync("GET", "/api/batches/a%2Fb")).Status.ShouldBe(404);
        (await CallAsync("GET", "/api/batches?name=a/b")).Status.ShouldBe(404);
        (await CallAsync("GET", "/api/batches?name=")).Status.ShouldBe(400);
        (await CallAsync("PUT", "/api/gate", """{"paused":false}""")).Status.ShouldBe(200);
        (await CallAsync("PUT", "/api/gate", "{}")).Status.ShouldBe(400);
        await Eventually.TrueAsync("the app is healthy", async () => (await CallAsync("GET", "/api/health")).Status == 200);
    }

    private static void CheckExamples(JsonElement holder, string where)
    {
        if (!holder.TryGetProperty("content", out var content))
            return;
        foreach (var media in content.EnumerateObject().Select(each => each.Value))
        {
            if (media.TryGetProperty("example", out var example))
                Description.Problems(media.GetProperty("schema"), example).ShouldBeEmpty(where);
            else if (media.TryGetProperty("examples", out var examples))
                examples.EnumerateObject().ShouldAllBe(each => Description.Problems(media.GetProperty("schema"), each.Value.GetProperty("value")).Count == 0);
            else
                media.GetProperty("schema").GetRawText().ShouldContain("octet-stream", customMessage: where);
        }
    }

    [GeneratedRegex(@"\{(?<name>\w+)}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex PathParameter();
}
