using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Development;

public sealed partial class AzuriteProcessTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TemporaryFolder _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blobs_queues_and_tables_of_several_accounts_answer_and_are_apart()
    {
        var first = await azurite.NewAccountAsync();
        var second = await azurite.NewAccountAsync();

        await first.Blobs.CreateBlobContainerAsync("results", cancellationToken: Cancellation);
        await first.Queues.CreateQueueAsync("prompts", cancellationToken: Cancellation);
        await first.Tables.CreateTableAsync("jobs", Cancellation);
        await first.Tables.GetTableClient("jobs").AddEntityAsync(new TableEntity("p", "r"), Cancellation);

        first.Blobs.GetBlobContainers(cancellationToken: Cancellation).Count().ShouldBe(1);
        first.Queues.GetQueues(cancellationToken: Cancellation).Count().ShouldBe(1);
        first.Tables.Query(cancellationToken: Cancellation).Count().ShouldBe(1);
        second.Blobs.GetBlobContainers(cancellationToken: Cancellation).ShouldBeEmpty();
        second.Queues.GetQueues(cancellationToken: Cancellation).ShouldBeEmpty();
        second.Tables.Query(cancellationToken: Cancellation).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("blob")]
    [InlineData("queue")]
    [InlineData("table")]
    public async Task A_taken_port_is_named_with_its_service_and_the_way_out(string service)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var ports = service switch
        {
            "blob" => AzuritePorts.Free with { Blob = port },
            "queue" => AzuritePorts.Free with { Queue = port },
            _ => AzuritePorts.Free with { Table = port },
        };

        var problem = await Should.ThrowAsync<SetupException>(StartAsync(ports));

        problem.Message.ShouldContain($"Port {port}, where Azurite's {service} service should listen, is in use");
        problem.Message.ShouldContain("--storage");
    }

    [Fact]
    public async Task A_signal_of_the_terminal_does_not_reach_it_and_its_data_is_kept_over_a_stop()
    {
        await using (var first = await StartAsync())
        {
            await CommandRun.RunAsync("kill", ["-INT", $"{first.Process.Id}"], _data.Path, Cancellation);
            await CommandRun.RunAsync("kill", ["-TERM", $"{first.Process.Id}"], _data.Path, Cancellation);

            await new QueueServiceClient(first.ConnectionString).CreateQueueAsync("prompts", cancellationToken: Cancellation);
            first.Process.Exited.IsCompleted.ShouldBeFalse();
        }

        await using var second = await StartAsync();
        new QueueServiceClient(second.ConnectionString).GetQueues(cancellationToken: Cancellation).Single().Name.ShouldBe("prompts");
    }

    [Fact]
    public async Task A_data_folder_has_one_user_at_a_time()
    {
        await using var first = await StartAsync();

        var problem = await Should.ThrowAsync<SetupException>(StartAsync());

        problem.Message.ShouldContain(_data.Path);
        problem.Message.ShouldContain("--data");
    }

    [Fact]
    public async Task The_access_log_has_a_line_for_each_operation()
    {
        var log = Path.Combine(_data.Path, "access.log");
        await using (var running = await StartAsync(logPath: log))
            await new QueueServiceClient(running.ConnectionString).CreateQueueAsync("counted", cancellationToken: Cancellation);

        File.ReadAllLines(log).Count(line => line.Contains("PUT /devstoreaccount1/counted")).ShouldBe(1);
    }

    [Fact]
    public async Task When_the_local_host_is_killed_Azurite_goes_with_it()
    {
        // The demo's first sample waits for an answer that never comes.
        await using (var before = await StartAsync())
        {
            await new QueueServiceClient(before.ConnectionString).CreateQueueAsync("prompts", cancellationToken: Cancellation);
            await new BlobServiceClient(before.ConnectionString).CreateBlobContainerAsync("results", cancellationToken: Cancellation);
        }

        using var host = Process.Start(new ProcessStartInfo(DotnetHost.Executable)
        {
            ArgumentList =
            {
                typeof(AzuriteProcess).Assembly.Location, "demo", "--port", "0", "--sparrow", "http://127.0.0.1:9", "--data", _data.Path,
            },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        }).ShouldNotBeNull();
        var port = 0;
        while (port == 0 && await host.StandardOutput.ReadLineAsync(Cancellation) is { } line)
            if (BlobPort().Match(line) is { Success: true } match) port = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
        LoopbackPort.IsFree(port).ShouldBeFalse();
        host.HasExited.ShouldBeFalse();

        host.Kill();

        await Eventually.TrueAsync($"nothing listens on {port}", () => LoopbackPort.IsFree(port));
    }

    public void Dispose() => _data.Dispose();

    private async Task<AzuriteProcess> StartAsync(AzuritePorts? ports = null, string? logPath = null)
    {
        // The fixture has installed it.
        await azurite.NewAccountAsync();
        var root = RepositoryRoot.Find(AppContext.BaseDirectory).ShouldNotBeNull();
        var options = new AzuriteOptions(_data.Path) { Ports = ports ?? AzuritePorts.Free, LogPath = logPath };
        var node = await NodeRuntime.FindAsync(Cancellation);
        return await AzuriteProcess.StartAsync(node, new AzuriteInstaller(root, TimeProvider.System).Script, options, Cancellation);
    }

    [GeneratedRegex(@"Azurite, blobs (?<port>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex BlobPort();
}
