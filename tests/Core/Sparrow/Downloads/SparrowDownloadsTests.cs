using System.Text;
using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Sparrow.Downloads;

public sealed class SparrowDownloadsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_comes_with_its_bytes_type_size_and_safe_name()
    {
        await using var server = RawServer.Answering("a,b\n", 200, "Content-Type: text/csv; charset=utf-8", "Content-Disposition: attachment; filename=\"../报告: 1.csv\"");
        using var setup = new SparrowSetup(server.Url);

        await using var file = (await setup.Downloads.OpenAsync(server.Url + "/file-1", Token)).Value.ShouldNotBeNull();

        (file.ContentType, file.Length, file.FileName).ShouldBe(("text/csv", 4, "报告_ 1.csv"));
        (await new StreamReader(file.Content).ReadToEndAsync(Token)).ShouldBe("a,b\n");
    }

    [Fact]
    public async Task A_page_in_place_of_the_file_is_an_error()
    {
        await using var server = RawServer.Answering("<html>log in</html>", 200, "Content-Type: text/html");
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Downloads.OpenAsync(server.Url + "/x.csv", Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Reason).ShouldBe((FailureKind.Rejected, "A web page came in place of the file."));
    }

    [Fact]
    public async Task A_page_that_was_asked_for_is_a_file()
    {
        await using var server = RawServer.Answering("<html>", 200, "Content-Type: text/html");
        using var setup = new SparrowSetup(server.Url);

        await using var file = (await setup.Downloads.OpenAsync(server.Url + "/report.HTML", Token)).Value.ShouldNotBeNull();

        file.FileName.ShouldBe("report.HTML");
    }

    [Theory]
    [InlineData(403, "<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code></Error>", "", FailureKind.Rejected, "The download address has expired.")]
    [InlineData(403, "", "?se=2020-01-01T00%3A00%3A00Z", FailureKind.Rejected, "The download address has expired.")]
    [InlineData(403, "", "?se=2999-01-01T00%3A00%3A00Z", FailureKind.Rejected, "The file's server refused the download (403).")]
    [InlineData(401, "", "", FailureKind.Rejected, "The file's server refused the download (401).")]
    [InlineData(404, "", "", FailureKind.Rejected, "history_and_training_disabled: false")]
    [InlineData(500, "", "", FailureKind.Transient, "history_and_training_disabled: false")]
    [InlineData(429, "quota", "", FailureKind.SlowDown, "429")]
    [InlineData(502, "<title>Bad gateway</title>", "", FailureKind.Transient, "Bad gateway")]
    public async Task A_failed_download_says_why_and_closes_no_gate(int status, string body, string query, FailureKind kind, string reason)
    {
        await using var server = RawServer.Answering(body, status);
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Downloads.OpenAsync(server.Url + "/file-1" + query, Token)).Error.ShouldNotBeNull();

        error.Kind.ShouldBe(kind);
        error.Reason.ShouldContain(reason);
        error.PossiblyBilled.ShouldBeFalse();
    }

    [Fact]
    public async Task A_redirect_is_an_error()
    {
        await using var server = RawServer.Answering("", 302, "Location: http://169.254.169.254/");
        using var setup = new SparrowSetup(server.Url);

        (await setup.Downloads.OpenAsync(server.Url + "/file-1", Token)).Error.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Rejected);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_unreachable_server_is_transient()
    {
        using var setup = new SparrowSetup("http://127.0.0.1:9", ("Sparrow__CallRetries", "0"));

        var error = (await setup.Downloads.OpenAsync($"http://127.0.0.1:{SparrowFaultTests.FreePort()}/f", Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Fault).ShouldBe((FailureKind.Transient, SparrowFault.NotSent));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        var time = new FakeTimeProvider();
        await using var server = new RawServer((_, connection) => connection.SilenceAsync());
        using var setup = new SparrowSetup(server.Url, time);
        var opening = setup.Downloads.OpenAsync(server.Url + "/f", Token);
        await server.FirstRequest;

        time.Advance(TimeSpan.FromSeconds(30));

        var error = (await opening).Error.ShouldNotBeNull();
        (error.Kind, error.Fault).ShouldBe((FailureKind.Transient, SparrowFault.Timeout));
    }

    [Fact]
    public async Task A_file_that_stops_arriving_ends_in_a_timeout()
    {
        var time = new FakeTimeProvider();
        await using var server = Halting();
        using var setup = new SparrowSetup(server.Url, time);
        await using var file = (await setup.Downloads.OpenAsync(server.Url + "/f", Token)).Value.ShouldNotBeNull();
        var buffer = new byte[10];
        await file.Content.ReadExactlyAsync(buffer.AsMemory(0, 5), Token);
        var reading = file.Content.ReadAsync(buffer, Token).AsTask();

        time.Advance(TimeSpan.FromSeconds(30));

        (await Should.ThrowAsync<TimeoutException>(reading)).Message.ShouldContain("stopped arriving");
    }

    [Fact]
    public async Task A_file_that_takes_too_long_in_all_ends_in_a_timeout()
    {
        var time = new FakeTimeProvider();
        await using var server = Halting();
        using var setup = new SparrowSetup(server.Url, time, ("Sparrow__Downloads__TotalTimeout", "00:01:00"), ("Sparrow__Downloads__IdleTimeout", "00:10:00"));
        await using var file = (await setup.Downloads.OpenAsync(server.Url + "/f", Token)).Value.ShouldNotBeNull();
        var buffer = new byte[10];
        await file.Content.ReadExactlyAsync(buffer.AsMemory(0, 5), Token);

        time.Advance(TimeSpan.FromMinutes(1));

        (await Should.ThrowAsync<TimeoutException>(() => file.Content.ReadAsync(buffer, Token).AsTask())).Message.ShouldContain("not whole");
    }

    [Fact]
    public async Task A_file_cut_in_the_middle_ends_in_an_error_not_in_a_short_file()
    {
        await using var server = new RawServer(async (_, connection) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"u8.ToArray());
            connection.Close();
        });
        using var setup = new SparrowSetup(server.Url);
        await using var file = (await setup.Downloads.OpenAsync(server.Url + "/f", Token)).Value.ShouldNotBeNull();

        await Should.ThrowAsync<IOException>(() => file.Content.CopyToAsync(Stream.Null, Token));
    }

    [Fact]
    public async Task A_compressed_file_is_kept_as_it_is()
    {
        var bytes = Encoding.Latin1.GetBytes("\u001f\u008bnot really gzip");
        await using var server = new RawServer((_, connection) => connection.RespondAsync(200, bytes, "Content-Encoding: gzip"));
        using var setup = new SparrowSetup(server.Url);
        await using var file = (await setup.Downloads.OpenAsync(server.Url + "/f.gz", Token)).Value.ShouldNotBeNull();
        using var copy = new MemoryStream();

        await file.Content.CopyToAsync(copy, Token);

        copy.ToArray().ShouldBe(bytes);
        server.Requests.ShouldHaveSingleItem().Header("Accept-Encoding").ShouldBeNull();
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_thrown()
    {
        await using var server = new RawServer((_, connection) => connection.SilenceAsync());
        using var setup = new SparrowSetup(server.Url);
        using var cancel = new CancellationTokenSource();
        var opening = setup.Downloads.OpenAsync(server.Url + "/f", cancel.Token);
        await server.FirstRequest;

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(opening);
    }

    private static RawServer Halting() => new(async (_, connection) =>
    {
        await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"u8.ToArray());
        await connection.SilenceAsync();
    });
}
