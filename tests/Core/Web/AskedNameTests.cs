using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Web;

namespace SparrowFunctions.Tests.Core.Web;

/// <summary>Which name an address asks for, as it is sent and as the Functions host hands it on; a server of its own tells the path.</summary>
public sealed class AskedNameTests : IAsyncLifetime
{
    private const string Route = "/api/conversations/";

    private readonly WebApplication _server = Server();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _server.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(ConversationKeys.InPath), MemberType = typeof(ConversationKeys))]
    public async Task A_key_in_the_path_is_the_same_in_both_hosts(string key, string sent, string forwarded)
    {
        var asked = await OfAsync(sent);

        asked.Text.ShouldBe(key);
        asked.Problem.ShouldBeNull();
        (await OfAsync(forwarded)).ShouldBe(asked);
        (await ForwardAsync(sent)).ShouldBe(forwarded);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b", "a%2Fb")]
    [InlineData("a%252Fb", "a/b", "a%2Fb")]
    [InlineData("a%2fb%2F%25", "a/b/%", "a%2fb%2F%")]
    [InlineData("//x%2F/", "x/", "x%2F")]
    [InlineData("%25252F", "%252F", null)]
    [InlineData("plain", "plain", null)]
    public async Task A_slash_in_the_path_could_also_be_the_text_it_is_encoded_as(string sent, string text, string? other) =>
        (await OfAsync(sent)).ShouldBe(new AskedName(text, other));

    [Theory]
    [MemberData(nameof(ConversationKeys.Refused), MemberType = typeof(ConversationKeys))]
    public async Task A_path_that_holds_no_key_is_refused_in_both_hosts(string sent, string forwarded)
    {
        foreach (var asked in new[] { await OfAsync(sent), await OfAsync(forwarded) })
        {
            asked.Text.ShouldBeNull();
            asked.Problem!.Field.ShouldBe("key");
            asked.Problem.Remedy.ShouldContain("?key=");
        }

        (await ForwardAsync(sent)).ShouldBe(forwarded);
    }

    [Theory]
    [MemberData(nameof(ConversationKeys.Nameless), MemberType = typeof(ConversationKeys))]
    public async Task A_path_without_a_key_asks_for_none_in_both_hosts(string sent, string forwarded)
    {
        (await OfAsync(sent)).ShouldBe(new AskedName(Text: null));
        (await OfAsync(forwarded)).ShouldBe(new AskedName(Text: null));
        (await ForwardAsync(sent)).ShouldBe(forwarded);
    }

    [Theory]
    [InlineData("nightly", "nightly")]
    [InlineData("october/birds", "october/birds")]
    [InlineData("october//birds/", "october/birds")]
    [InlineData("2026/11/%E5%A4%9C%201", "2026/11/夜 1")]
    [InlineData("100%25", "100%")]
    [InlineData("october%2Fbirds", "october/birds")]
    [InlineData("october%252Fbirds", "october/birds")]
    [InlineData("2026/october%2fbirds/", "2026/october/birds")]
    [InlineData("october/%FF", null)]
    public async Task A_name_with_folders_may_have_slashes_in_the_path(string sent, string? name)
    {
        var asked = AskedName.Read(RouteRest.Read(await PathAsync(Route + sent), "/conversations/"), StringValues.Empty, "name", hasFolders: true);

        asked.Text.ShouldBe(name);
        (asked.Problem?.Field).ShouldBe(name is null ? "name" : null);
    }

    [Theory]
    [MemberData(nameof(ConversationKeys.InQueryOnly), MemberType = typeof(ConversationKeys))]
    public void The_query_holds_any_key(string key) => AskedName.Read("", key, "key", hasFolders: false).ShouldBe(new AskedName(key));

    [Fact]
    public void A_key_that_is_empty_or_given_twice_is_refused()
    {
        StringValues[] wrong = ["", new(["a", "b"]), new(["", ""])];
        foreach (var query in wrong)
            AskedName.Read("", query, "key", hasFolders: false).ShouldSatisfyAllConditions(asked => asked.Text.ShouldBeNull(), asked => asked.Problem!.Field.ShouldBe("key"));

        AskedName.Read("a", "a", "key", hasFolders: false).Problem!.Problem.ShouldBe("is given more than once.");
        AskedName.Read("", StringValues.Empty, "key", hasFolders: false).ShouldBe(new AskedName(Text: null));
    }

    [Theory]
    [InlineData("/api/jobs/files/files/x", "/jobs/files/files/", "x")]
    [InlineData("/API/Conversations/conversations/", "/conversations/", "conversations")]
    [InlineData("/api/conversations", "/conversations/", "")]
    [InlineData("", "/conversations/", "")]
    public void The_rest_begins_behind_its_own_route(string path, string after, string rest) => RouteRest.Read(path, after).ShouldBe(rest);

    private async Task<AskedName> OfAsync(string end) => AskedName.Read(RouteRest.Read(await PathAsync(Route + end), "/conversations/"), StringValues.Empty, "key", hasFolders: false);

    // The Functions host: what its server made of the path is encoded again and becomes an address
    private async Task<string> ForwardAsync(string end)
    {
        var encoded = string.Concat((await PathAsync(Route + end)).EnumerateRunes().Select(rune =>
            Rune.IsLetterOrDigit(rune) && rune.IsAscii || "!$&'()*+,-./:;=@_~".Contains(rune.ToString(), StringComparison.Ordinal) ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));
        return new Uri("http://localhost" + encoded, UriKind.Absolute).PathAndQuery is var path && path.Length < Route.Length ? "" : path[Route.Length..];
    }

    private async Task<string> PathAsync(string target)
    {
        var (status, text) = await RawHttp.SendAsync(new Uri(_server.Urls.First()), "GET", target);
        status.ShouldBe(200);
        return Encoding.UTF8.GetString(Convert.FromBase64String(text));
    }

    private static WebApplication Server()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            var path = Convert.ToBase64String(Encoding.UTF8.GetBytes(context.Request.Path.Value!));
            context.Response.ContentLength = path.Length;
            return context.Response.WriteAsync(path, context.RequestAborted);
        });
        return app;
    }
}
