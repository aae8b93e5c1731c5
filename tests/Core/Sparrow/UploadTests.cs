using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Requests;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Sparrow;

public sealed class UploadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_file_of_unknown_length_passes_through_without_being_held()
    {
        const long size = 200L * 1024 * 1024;
        var (received, mostAhead) = (0L, 0L);
        await using var server = new RawServer(
            async (_, connection) =>
            {
                await Chunks.CopyAsync(connection.Stream, new CountingStream(Stream.Null, onWritten: count => Interlocked.Add(ref received, count)), CancellationToken.None);
                await connection.RespondAsync(200, """{"conversation_id":"internal:1","attachment":{"id":"file-1"},"part":null}""");
            },
            readBody: false);
        using var setup = new SparrowSetup(server.Url);
        var content = new GeneratedStream(size, onRead: read => mostAhead = Math.Max(mostAhead, read - Interlocked.Read(ref received)));

        var outcome = await setup.Client.UploadAsync(new() { Content = content, FileName = "big.bin" }, Token);

        outcome.Succeeded.ShouldBeTrue(outcome.Error?.Reason);
        received.ShouldBeInRange(size, size + 1024);
        mostAhead.ShouldBeInRange(1, size / 4, "what is read and has not arrived lies in the buffers of the two sockets");
    }

    [Fact]
    public async Task Attachment_and_part_come_back_as_received()
    {
        await using var server = RawServer.Answering("""{"conversation_id":"internal:1","attachment":{"id":"file-1","new":{"x":1.0}},"part":null}""");
        using var setup = new SparrowSetup(server.Url);

        var file = (await setup.Client.UploadAsync(new() { Content = Stream.Null, Length = 0, FileName = "a" }, Token)).Value.ShouldNotBeNull();

        file.ConversationId.ShouldBe("internal:1");
        file.Attachment.ShouldNotBeNull().GetRawText().ShouldBe("""{"id":"file-1","new":{"x":1.0}}""");
        file.Part.ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_without_attachment_and_part_is_empty()
    {
        await using var server = RawServer.Answering("""{"conversation_id":"internal:1","attachment":null,"part":null}""");
        using var setup = new SparrowSetup(server.Url);

        (await setup.Client.UploadAsync(new() { Content = Stream.Null, FileName = "a" }, Token)).Error.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Empty);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    public async Task An_unreadable_answer_of_an_upload_is_transient_since_nothing_is_billed(string body)
    {
        await using var server = RawServer.Answering(body);
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Client.UploadAsync(new() { Content = Stream.Null, FileName = "a" }, Token)).Error.ShouldNotBeNull();

        (error.Kind, error.PossiblyBilled).ShouldBe((FailureKind.Transient, false));
    }

    [Fact]
    public async Task A_conversation_id_that_would_break_the_form_is_refused()
    {
        using var setup = new SparrowSetup("http://127.0.0.1:9");

        var error = (await setup.Client.UploadAsync(new() { Content = Stream.Null, FileName = "a", ConversationId = "a\r\n--x" }, Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Fault).ShouldBe((FailureKind.Rejected, SparrowFault.NotSent));
    }

    [Fact]
    public async Task A_lost_upload_is_transient()
    {
        await using var server = new RawServer((_, connection) =>
        {
            connection.Close();
            return Task.CompletedTask;
        });
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Client.UploadAsync(new() { Content = Stream.Null, FileName = "a" }, Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Fault, error.PossiblyBilled).ShouldBe((FailureKind.Transient, SparrowFault.ResetAfterSending, false));
    }

    [Fact]
    public async Task The_failure_of_the_callers_own_stream_is_thrown_as_it_is()
    {
        await using var server = RawServer.Answering("{}");
        using var setup = new SparrowSetup(server.Url);

        var failure = await Should.ThrowAsync<IOException>(
            () => setup.Client.UploadAsync(new() { Content = new GeneratedStream(1_000_000, failAt: 100_000), FileName = "a" }, Token));

        failure.Message.ShouldBe("the source broke");
    }

    [Fact]
    public async Task The_timeout_grows_with_the_size()
    {
        var time = new FakeTimeProvider();
        await using var server = new RawServer((_, connection) => connection.SilenceAsync());
        using var setup = new SparrowSetup(server.Url, time, ("Sparrow__UploadRate", "1000"));
        var call = setup.Client.UploadAsync(new() { Content = new GeneratedStream(60_000), Length = 60_000, FileName = "a" }, Token);
        await server.FirstRequest;
        time.Advance(TimeSpan.FromSeconds(120 + 59));
        call.IsCompleted.ShouldBeFalse("2 minutes and 60,000 bytes at 1,000 a second are 180 s");

        time.Advance(TimeSpan.FromSeconds(1));

        var error = (await call).Error.ShouldNotBeNull();
        (error.Kind, error.Fault).ShouldBe((FailureKind.Transient, SparrowFault.Timeout));
        error.Reason.ShouldContain("00:03:00");
    }

    [Theory]
    [InlineData("image/png", UploadType.Multimodal)]
    [InlineData("IMAGE/JPEG; q=1", UploadType.Multimodal)]
    [InlineData("image/gif", UploadType.Multimodal)]
    [InlineData("image/webp", UploadType.Multimodal)]
    [InlineData("image/svg+xml", UploadType.MyFiles)]
    [InlineData("application/pdf", UploadType.MyFiles)]
    [InlineData(null, UploadType.MyFiles)]
    public void Images_that_a_model_can_see_are_multimodal(string? contentType, UploadType type) => UploadTypes.Of(contentType).ShouldBe(type);
}
