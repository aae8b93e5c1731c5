using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Sparrow;

/// <summary>How far a call had got decides whether it may be repeated: each fault over real sockets.</summary>
public sealed class SparrowFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_connection_is_transient_and_not_sent()
    {
        using var setup = new SparrowSetup($"http://127.0.0.1:{FreePort()}", ("Sparrow__CallRetries", "0"));

        var outcome = await setup.Client.ChatAsync(SparrowSetup.Ask(), Token);

        outcome.Error.ShouldBe(new SparrowError(FailureKind.Transient, SparrowFault.NotSent, null, "No connection to the server (refused)."));
    }

    [Fact]
    public async Task A_connection_closed_after_the_request_is_ambiguous()
    {
        await using var server = new RawServer((_, connection) =>
        {
            connection.Close();
            return Task.CompletedTask;
        });
        await ShouldBeLostAsync(server, SparrowFault.ResetAfterSending);
    }

    [Fact]
    public async Task A_connection_reset_after_the_request_is_ambiguous()
    {
        await using var server = new RawServer((_, connection) =>
        {
            connection.Reset();
            return Task.CompletedTask;
        });
        await ShouldBeLostAsync(server, SparrowFault.ResetAfterSending);
    }

    [Fact]
    public async Task A_reply_that_is_no_http_is_ambiguous()
    {
        await using var server = new RawServer(async (_, connection) =>
        {
            await connection.WriteAsync("SSH-2.0-x\r\n\r\n"u8.ToArray());
            connection.Close();
        });
        await ShouldBeLostAsync(server, SparrowFault.ResetAfterSending);
    }

    [Fact]
    public async Task A_kept_connection_that_dies_after_the_second_request_sends_it_once()
    {
        await using var server = new RawServer(async (request, connection) =>
        {
            if (request.Number == 1) await connection.RespondAsync(200, SparrowSetup.Answer("first"));
            else connection.Close();
        });
        using var setup = new SparrowSetup(server.Url);
        (await setup.Client.ChatAsync(SparrowSetup.Ask("one"), Token)).Succeeded.ShouldBeTrue();

        var outcome = await setup.Client.ChatAsync(SparrowSetup.Ask("two"), Token);

        outcome.Error.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Ambiguous);
        outcome.Error.Fault.ShouldBe(SparrowFault.ResetAfterSending);
        outcome.Tries.ShouldBe(1);
        server.Requests.Select(static request => (request.Connection, request.BodyText.Contains("two", StringComparison.Ordinal)))
            .ShouldBe([(1, false), (1, true)], "the second went over the kept connection, once");
    }

    [Fact]
    public async Task A_server_that_breaks_off_before_TLS_stands_has_not_been_asked()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var setup = new SparrowSetup($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", ("Sparrow__CallRetries", "0"));
        var call = setup.Client.ChatAsync(SparrowSetup.Ask(), Token);
        (await listener.AcceptTcpClientAsync(Token)).Dispose();

        var error = (await call).Error.ShouldNotBeNull();

        (error.Kind, error.Fault, error.PossiblyBilled).ShouldBe((FailureKind.Transient, SparrowFault.NotSent, false));
    }

    [Fact]
    public async Task A_handler_that_repeats_by_itself_gets_nothing_through()
    {
        await using var server = RawServer.Answering(SparrowSetup.Answer("hi"));
        using var http = new HttpClient(new Repeating { InnerHandler = new SocketsHttpHandler() });
        var options = new SparrowOptions { BaseUrl = new Uri(server.Url), ApiKey = SparrowSetup.Key };
        var client = new SparrowClient(http, Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SparrowClient>.Instance);

        var error = (await client.ChatAsync(SparrowSetup.Ask(), Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Fault).ShouldBe((FailureKind.Ambiguous, SparrowFault.ResetAfterSending));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_damaged_compressed_200_is_ambiguous()
    {
        await using var server = RawServer.Answering("not gzip at all", 200, "Content-Encoding: gzip");
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Client.ChatAsync(SparrowSetup.Ask(), Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Status, error.PossiblyBilled).ShouldBe((FailureKind.Ambiguous, 200, true));
    }

    [Fact]
    public async Task The_free_host_bills_nothing_whatever_goes_wrong()
    {
        await using var server = RawServer.Answering("<html>");
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Client.ChatAsync(SparrowSetup.Ask() with { Mode = SparrowMode.Free }, Token)).Error.ShouldNotBeNull();

        (error.Kind, error.PossiblyBilled).ShouldBe((FailureKind.Ambiguous, false));
    }

    [Fact]
    public async Task A_body_is_never_written_twice()
    {
        using var content = SparrowFunctions.Sparrow.Requests.OneShotContent.Json("{}"u8.ToArray());
        content.Started.ShouldBeFalse();
        await content.CopyToAsync(Stream.Null, Token);
        content.Started.ShouldBeTrue();

        await Should.ThrowAsync<InvalidOperationException>(() => content.CopyToAsync(Stream.Null, Token));
    }

    [Fact]
    public async Task A_200_cut_in_the_middle_is_ambiguous_with_its_status()
    {
        await using var server = new RawServer(async (_, connection) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"contents\": ["u8.ToArray());
            connection.Close();
        });
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Client.ChatAsync(SparrowSetup.Ask(), Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Fault, error.Status, error.PossiblyBilled).ShouldBe((FailureKind.Ambiguous, SparrowFault.Answered, 200, true));
        error.Body.ShouldBe("{\"contents\": [");
    }

    [Theory]
    [InlineData("<html><title>Welcome</title></html>")]
    [InlineData("")]
    [InlineData("{\"contents\": [{\"message\"")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public async Task A_200_without_a_readable_body_is_ambiguous(string body)
    {
        await using var server = RawServer.Answering(body);
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Client.ChatAsync(SparrowSetup.Ask(), Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Fault, error.Status, error.PossiblyBilled).ShouldBe((FailureKind.Ambiguous, SparrowFault.Answered, 200, true));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_error_with_a_cut_body_keeps_its_kind()
    {
        await using var server = new RawServer(async (_, connection) =>
        {
            await connection.WriteAsync("HTTP/1.1 409 X\r\nContent-Length: 1000\r\n\r\n{\"detail\":\"no such mod"u8.ToArray());
            connection.Close();
        });
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Client.ChatAsync(SparrowSetup.Ask(), Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Status).ShouldBe((FailureKind.Rejected, 409));
        error.Reason.ShouldContain("no such mod");
    }

    [Fact]
    public async Task No_answer_within_the_timeout_is_ambiguous()
    {
        var time = new FakeTimeProvider();
        await using var server = new RawServer((_, connection) => connection.SilenceAsync());
        using var setup = new SparrowSetup(server.Url, time);
        var call = setup.Client.ChatAsync(SparrowSetup.Ask(), Token);
        await server.FirstRequest;
        time.Advance(TimeSpan.FromSeconds(509));
        call.IsCompleted.ShouldBeFalse("8.5 minutes are not over");

        time.Advance(TimeSpan.FromSeconds(1));

        (await call).Error.ShouldBe(new SparrowError(FailureKind.Ambiguous, SparrowFault.Timeout, null, "No answer came within 00:08:30.", PossiblyBilled: true));
    }

    [Fact]
    public async Task A_body_that_stops_until_the_timeout_is_ambiguous()
    {
        var time = new FakeTimeProvider();
        var begun = new TaskCompletionSource();
        await using var server = new RawServer(async (_, connection) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray());
            begun.SetResult();
            await connection.SilenceAsync();
        });
        using var setup = new SparrowSetup(server.Url, time);
        var call = setup.Client.ChatAsync(SparrowSetup.Ask(), Token);
        await begun.Task;

        time.Advance(TimeSpan.FromMinutes(9));

        var error = (await call).Error.ShouldNotBeNull();
        (error.Kind, error.PossiblyBilled).ShouldBe((FailureKind.Ambiguous, true));
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_thrown()
    {
        await using var server = new RawServer((_, connection) => connection.SilenceAsync());
        using var setup = new SparrowSetup(server.Url);
        using var cancel = new CancellationTokenSource();
        var call = setup.Client.ChatAsync(SparrowSetup.Ask(), cancel.Token);
        await server.FirstRequest;

        await cancel.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(call)).CancellationToken.ShouldBe(cancel.Token);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var other = RawServer.Answering(SparrowSetup.Answer("stolen"));
        await using var server = RawServer.Answering("", 307, $"Location: {other.Url}/x");
        using var setup = new SparrowSetup(server.Url);

        var outcome = await setup.Client.ChatAsync(SparrowSetup.Ask(), Token);

        outcome.Error.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Rejected);
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_the_server_echoes_is_struck_out()
    {
        await using var server = RawServer.Answering($"bad token {SparrowSetup.Key}", 401);
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Client.ChatAsync(SparrowSetup.Ask(), Token)).Error.ShouldNotBeNull();

        error.Kind.ShouldBe(FailureKind.Gate);
        error.ToString().ShouldNotContain(SparrowSetup.Key);
        error.Body.ShouldBe("bad token [key]");
    }

    [Fact]
    public async Task A_key_echoed_over_the_cut_of_a_long_body_leaves_no_piece()
    {
        var body = new string('x', 64 * 1024 - 10) + SparrowSetup.Key + new string('y', 50_000);
        await using var server = RawServer.Answering(body, 500);
        using var setup = new SparrowSetup(server.Url);

        var error = (await setup.Client.ChatAsync(SparrowSetup.Ask(), Token)).Error.ShouldNotBeNull();

        error.Body.ShouldNotBeNull().ShouldNotContain(SparrowSetup.Key[..8]);
    }

    private static async Task ShouldBeLostAsync(RawServer server, SparrowFault fault)
    {
        using var setup = new SparrowSetup(server.Url);

        var outcome = await setup.Client.ChatAsync(SparrowSetup.Ask(), Token);

        var error = outcome.Error.ShouldNotBeNull();
        (error.Kind, error.Fault, error.Status, error.PossiblyBilled).ShouldBe((FailureKind.Ambiguous, fault, null, true));
        outcome.Tries.ShouldBe(1);
        server.Requests.Count.ShouldBe(1);
        Encoding.UTF8.GetString(server.Requests.First().Body).ShouldContain("hello");
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Repeating : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
