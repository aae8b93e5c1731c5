using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Core.Provisioning.Outbound;

namespace SparrowFunctions.Tests.Core.Sparrow.Downloads;

/// <summary>The addresses of generated files come from outside and must not lead inside.</summary>
public sealed class DownloadGuardTests
{
    private const string RealSparrow = "https://beta.gpt4api.plus";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Hosts { get; } = [.. AddressCorpus.Some];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_file_in_a_network_that_is_not_public_is_not_fetched(string host)
    {
        var network = new SpyNetwork();
        using var setup = new SparrowSetup(RealSparrow, network);

        (await setup.Downloads.OpenAsync($"http://{host}/file", Token)).Error.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Rejected);

        network.Connections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nor_one_under_a_name_that_leads_there_and_it_is_tried_once()
    {
        var network = new SpyNetwork();
        network.Name("files.example", "169.254.169.254");
        using var setup = new SparrowSetup(RealSparrow, network);

        var error = (await setup.Downloads.OpenAsync("https://files.example/file", Token)).Error.ShouldNotBeNull();

        (error.Kind, error.Fault, error.Reason).ShouldBe((FailureKind.Rejected, SparrowFault.NotSent, "The file's address leads into a private, local or reserved network."));
        network.TimesAsked("files.example").ShouldBe(1);
        network.Connections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_public_one_is()
    {
        var network = new SpyNetwork();
        network.Name("files.example", "93.184.216.34");
        using var setup = new SparrowSetup(RealSparrow, network);

        (await setup.Downloads.OpenAsync("https://files.example/file", Token)).Error.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Transient, "the test's network refuses it");

        network.Connections.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("http://127.0.0.2/file")]
    [InlineData("http://localhost/file")]
    [InlineData("http://[::1]/file")]
    [InlineData("http://169.254.169.254/file")]
    [InlineData("http://10.0.0.1/file")]
    public async Task An_emulator_on_this_machine_opens_its_own_host_and_no_other(string file)
    {
        var network = new SpyNetwork();
        network.Name("localhost", "127.0.0.1");
        using var setup = new SparrowSetup("http://127.0.0.1:7072", network);

        (await setup.Downloads.OpenAsync(file, Token)).Error.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Rejected);
        network.Connections.ShouldBeEmpty();

        await setup.Downloads.OpenAsync("http://127.0.0.1:7072/file", Token);
        network.Connections.ShouldNotBeEmpty();
    }
}
