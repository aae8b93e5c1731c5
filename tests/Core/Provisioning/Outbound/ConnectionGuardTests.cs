using System.Net;
using Microsoft.Security.AntiSSRF;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning.Outbound;
using SparrowFunctions.Tests.Core.Sparrow;

namespace SparrowFunctions.Tests.Core.Provisioning.Outbound;

/// <summary>What is judged is the connection that is made, or not; nothing else proves a guard.</summary>
public sealed class ConnectionGuardTests
{
    private static readonly bool Soak = Environment.GetEnvironmentVariable("SOAK") == "1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Hosts { get; } = [.. Soak ? AddressCorpus.All : AddressCorpus.Some];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task No_form_of_an_address_that_is_not_public_is_connected_to(string host)
    {
        var network = new SpyNetwork();

        await RefusedAsync(network, $"http://{host}/");
        await RefusedAsync(network, $"https://{host}:8443/");

        network.Connections.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Nor_is_it_taken_for_the_address_of_a_callback(string host) => CallbackAddress.Parse($"https://{host}/", [], out _).ShouldBeNull();

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_name_that_leads_there_is_not_connected_to_either(string host)
    {
        if (!IPAddress.TryParse(new Uri($"http://{host}/").IdnHost, out var address))
            return; // one of the forms that is a name

        var network = new SpyNetwork();
        network.Name("evil.example", address.ToString());
        network.Name("mixed.example", $"93.184.216.34 {address}");

        await RefusedAsync(network, "https://evil.example/");
        await RefusedAsync(network, "https://mixed.example/");

        network.Connections.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("8.8.8.8")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("168.63.129.15")]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946")]
    [InlineData("::ffff:93.184.216.34")]
    public async Task A_public_address_is_connected_to(string address)
    {
        var network = new SpyNetwork();
        network.Name("good.example", address);

        await FailedAsync(network, "https://good.example:8443/");

        var (addresses, port) = network.Connections.ShouldHaveSingleItem();
        (addresses.ShouldHaveSingleItem().ToString(), port).ShouldBe((address, 8443));
    }

    [Fact]
    public async Task A_name_that_changes_after_the_check_gains_nothing()
    {
        var network = new SpyNetwork();
        network.Name("rebinds.example", "93.184.216.34", "127.0.0.1");

        await FailedAsync(network, "https://rebinds.example/");

        network.TimesAsked("rebinds.example").ShouldBe(1);
        network.Connections.ShouldHaveSingleItem().Addresses.ShouldBe([IPAddress.Parse("93.184.216.34")]);
    }

    [Fact]
    public async Task And_the_next_connection_asks_anew()
    {
        var network = new SpyNetwork();
        network.Name("rebinds.example", "93.184.216.34", "127.0.0.1");

        await FailedAsync(network, "https://rebinds.example/");
        await RefusedAsync(network, "https://rebinds.example/");

        network.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_listener_on_this_machine_sees_nothing_of_a_name_that_leads_to_it()
    {
        await using var server = RawServer.Answering("here");
        var there = new IPEndPoint(IPAddress.Loopback, new Uri(server.Url).Port);
        var network = new SpyNetwork { LeadsTo = there };
        network.Name("evil.example", "127.0.0.1");

        await RefusedAsync(network, $"http://evil.example:{there.Port}/");
        await RefusedAsync(network, $"http://127.0.0.1:{there.Port}/");
        server.Connections.ShouldBe(0);

        // The very same request does arrive where it is allowed
        using var client = Client(network, host => host == "evil.example");
        (await client.GetStringAsync(new Uri($"http://evil.example:{there.Port}/"), Cancel)).ShouldBe("here");
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = RawServer.Answering("", 307, "Location: http://169.254.169.254/");
        var network = new SpyNetwork { LeadsTo = new IPEndPoint(IPAddress.Loopback, new Uri(server.Url).Port) };
        network.Name("good.example", "93.184.216.34");
        using var client = Client(network);

        using var response = await client.GetAsync(new Uri("http://good.example/"), Cancel);

        ((int)response.StatusCode).ShouldBe(307);
        network.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public void No_proxy_stands_between()
    {
        using var handler = new ConnectionGuard(new SpyNetwork()).NewHandler(_ => false, TimeSpan.FromSeconds(1));

        (handler.UseProxy, handler.AllowAutoRedirect).ShouldBe((false, false));
    }

    [Fact]
    public async Task A_name_that_is_not_known_is_no_forbidden_one()
    {
        var network = new SpyNetwork();
        network.Name("empty.example", "");

        await FailedAsync(network, "https://unknown.example/");
        await FailedAsync(network, "https://empty.example/");

        network.Connections.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("[::ffff:192.168.0.1]")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("[64:ff9b::7f00:1]")]
    public async Task The_librarys_own_handler_refuses_what_ours_refuses(string host)
    {
        using var client = new HttpClient(new AntiSSRFPolicy(PolicyConfigOptions.ExternalOnlyLatest).GetHandler());

        var failure = await Should.ThrowAsync<Exception>(() => client.GetAsync(new Uri($"https://{host}:1/"), Cancel));

        (failure as AntiSSRFException ?? failure.InnerException).ShouldBeOfType<AntiSSRFException>();
        await RefusedAsync(new SpyNetwork(), $"https://{host}:1/");
    }

    private static async Task RefusedAsync(SpyNetwork network, string address) => ForbiddenAddressException.IsCauseOf(await AskAsync(network, address)).ShouldBeTrue(address);

    private static async Task FailedAsync(SpyNetwork network, string address) => ForbiddenAddressException.IsCauseOf(await AskAsync(network, address)).ShouldBeFalse(address);

    private static async Task<HttpRequestException> AskAsync(SpyNetwork network, string address)
    {
        using var client = Client(network);
        return await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(new Uri(address), Cancel));
    }

    private static HttpClient Client(SpyNetwork network, Func<string, bool>? isExempt = null) =>
        new(new ConnectionGuard(network).NewHandler(isExempt ?? (_ => false), TimeSpan.FromMinutes(5)));
}
