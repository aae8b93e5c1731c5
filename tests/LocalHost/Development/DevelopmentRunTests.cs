using System.Diagnostics;
using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.LocalHost.Development;

/// <summary>The local host as a process of its own, as a developer meets it.</summary>
public sealed class DevelopmentRunTests
{
    private const string SomeStorage = "DefaultEndpointsProtocol=https;AccountName=none;AccountKey=AAAA;EndpointSuffix=core.windows.net";

    [Theory]
    [InlineData("Jobs__RetryDelay=abc;Results__SaveFiles=yes", "  - Jobs__RetryDelay is 'abc', which is no time span: write hh:mm:ss, for example 00:00:10.")]
    [InlineData("Jobs__RetryDelay=abc;Results__SaveFiles=yes", "  - Results__SaveFiles is 'yes': write true or false.")]
    [InlineData("AzureFunctionsJobHost__extensions__queues__batchSize=99", "  - extensions.queues.batchSize is '99'; allowed is a whole number from 1 to 32.")]
    [InlineData("AzureWebJobsStorage=AccountKey only", "  - AzureWebJobsStorage is not a storage connection string. Give UseDevelopmentStorage=true for Azurite,")]
    public async Task A_wrong_setting_ends_the_start_with_sentences_and_exit_code_1(string settings, string told)
    {
        var (code, output) = await StartAsync(settings);

        code.ShouldBe(1, output);
        output.ShouldContain(told);
        output.ShouldNotContain("   at ");
        output.ShouldNotContain("Exception");
    }

    private static async Task<(int Code, string Output)> StartAsync(string settings)
    {
        var start = new ProcessStartInfo(DotnetHost.Executable, [typeof(DevelopmentRun).Assembly.Location, "--port", "0", "--sparrow", "http://localhost:1"])
        {
            WorkingDirectory = RepositoryRoot.Find(AppContext.BaseDirectory)!,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AzureWebJobsStorage"] = SomeStorage;
        foreach (var setting in settings.Split(';'))
            start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];

        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, string.Concat(texts));
    }
}
