using System.Net;
using System.Net.Sockets;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Development;

public sealed class EmulatorProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Its_program_lies_beside_the_local_host_ready_to_run()
    {
        File.Exists(EmulatorProcess.Program).ShouldBeTrue();
        File.Exists(Path.ChangeExtension(EmulatorProcess.Program, "runtimeconfig.json")).ShouldBeTrue();
        File.Exists(Path.ChangeExtension(EmulatorProcess.Program, "deps.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task It_answers_when_it_has_started_and_is_gone_when_it_has_stopped()
    {
        var port = LoopbackPort.FindFree();

        await using (var emulator = await StartAsync(port))
        {
            LoopbackPort.IsFree(port).ShouldBeFalse();
            emulator.Address.Port.ShouldBe(port);
        }

        await Eventually.TrueAsync($"nothing listens on {port}", () => LoopbackPort.IsFree(port));
    }

    [Fact]
    public async Task A_signal_of_the_terminal_does_not_reach_it()
    {
        await using var emulator = await StartAsync(LoopbackPort.FindFree());
        await CommandRun.RunAsync("kill", ["-INT", $"{emulator.Process.Id}"], Path.GetTempPath(), Cancellation);

        using var http = new HttpClient { Timeout = Eventually.Limit };
        (await http.GetStringAsync(emulator.Address, Cancellation)).ShouldBe("[]");
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_way_out()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var problem = await Should.ThrowAsync<SetupException>(StartAsync(port));

        problem.Message.ShouldContain($"Port {port}");
        problem.Message.ShouldContain($"--sparrow http://localhost:{port}");
    }

    [Fact]
    public async Task One_that_ends_at_once_shows_its_last_words()
    {
        var node = await NodeRuntime.FindAsync(Cancellation);

        var problem = await Should.ThrowAsync<SetupException>(EmulatorProcess.StartAsync(
            node, LoopbackPort.FindFree(), TimeProvider.System, Cancellation, new LifelineCommand(node.Executable, ["-e", "console.error('no license')"])));

        problem.Message.ShouldContain("no license");
    }

    // A stand-in that starts faster than the emulator: all that counts here is that it is another program that listens.
    private static async Task<EmulatorProcess> StartAsync(int port)
    {
        var node = await NodeRuntime.FindAsync(Cancellation);
        var program = $"require('node:http').createServer((_, answer) => answer.end('[]')).listen({port}, '127.0.0.1')";
        return await EmulatorProcess.StartAsync(node, port, TimeProvider.System, Cancellation, new LifelineCommand(node.Executable, ["-e", program]));
    }
}
