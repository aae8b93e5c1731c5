namespace SparrowFunctions.Tests.Core.Sparrow;

public sealed class CallRetryWireTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_overloaded_server_is_asked_again_with_the_same_body()
    {
        await using var server = new RawServer((request, connection) => request.Number == 1
            ? connection.RespondAsync(503, "busy", "Retry-After: 0")
            : connection.RespondAsync(200, SparrowSetup.Answer("hi")));
        using var setup = new SparrowSetup(server.Url);

        var outcome = await setup.Client.ChatAsync(SparrowSetup.Ask(), Token);

        outcome.Succeeded.ShouldBeTrue();
        outcome.Tries.ShouldBe(2);
        outcome.EarlierErrors.ShouldHaveSingleItem().Status.ShouldBe(503);
        server.Requests.Select(static request => request.BodyText).Distinct().Count().ShouldBe(1);
        server.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(401)]
    [InlineData(429)]
    public async Task Any_other_failure_is_asked_once(int status)
    {
        await using var server = RawServer.Answering("no", status);
        using var setup = new SparrowSetup(server.Url);

        (await setup.Client.ChatAsync(SparrowSetup.Ask(), Token)).Tries.ShouldBe(1);

        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_upload_that_can_go_back_is_repeated_from_its_beginning()
    {
        await using var server = new RawServer((request, connection) => request.Number == 1
            ? connection.RespondAsync(503, "busy", "Retry-After: 0")
            : connection.RespondAsync(200, """{"conversation_id":"i","attachment":{"id":"f"}}"""));
        using var setup = new SparrowSetup(server.Url);
        using var content = new MemoryStream("xxABC"u8.ToArray());
        content.Position = 2;

        var outcome = await setup.Client.UploadAsync(new() { Content = content, Length = 3, FileName = "a" }, Token);

        outcome.Tries.ShouldBe(2);
        server.Requests.ShouldAllBe(static request => request.BodyText.Contains("\r\n\r\nABC\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_upload_that_cannot_go_back_is_sent_once()
    {
        await using var server = RawServer.Answering("busy", 503, "Retry-After: 0");
        using var setup = new SparrowSetup(server.Url);

        var outcome = await setup.Client.UploadAsync(new() { Content = new GeneratedStream(10), FileName = "a" }, Token);

        outcome.Error.ShouldNotBeNull().Tries.ShouldBe(1);
        server.Requests.Count.ShouldBe(1);
    }
}
