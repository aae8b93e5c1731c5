using System.Diagnostics;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Emulator;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_process_says_where_it_listens_and_answers_there()
    {
        using var process = Start("--port 0");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            line.ShouldNotBeNull().ShouldMatch(@"^Sparrow emulator listening on http://127\.0\.0\.1:[0-9]+$");
            using var http = new HttpClient { Timeout = Eventually.Limit };
            (await http.GetStringAsync(line[line.IndexOf("http", StringComparison.Ordinal)..] + "/__admin/calls")).ShouldBe("[]");
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task A_taken_port_is_said_plainly()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        using var process = Start($"--port {sparrow.Http.BaseAddress!.Port}");

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(1);
        (await process.StandardError.ReadToEndAsync()).ShouldContain("Choose another with --port");
    }

    private static Process Start(string arguments) => Process.Start(new ProcessStartInfo(
        "dotnet", $"\"{Path.Combine(AppContext.BaseDirectory, "SparrowEmulator.dll")}\" {arguments}")
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
