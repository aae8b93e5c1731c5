using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.LocalHost.Development;

public sealed class LocalSettingsTests : IDisposable
{
    private static readonly Dictionary<string, string?> None = [];

    private readonly TemporaryFolder _root = new();

    [Fact]
    public void Only_Values_counts_with_either_nesting_and_comments_are_allowed()
    {
        _root.Write(LocalSettingsFile.Name, """
            {
              // for this machine
              "IsEncrypted": false,
              "Host": { "LocalHttpPort": 1 },
              "Values": {
                "Sparrow__Model": "gpt-4o",
                "Jobs:MaxAttempts": 3, /* a number, as Core Tools take it */
                "AzureWebJobs.OnChat.Disabled": true,
              }
            }
            """);

        var settings = LocalSettings.Build(LocalSettingsFile.Read(_root.Path), None);

        settings["Sparrow:Model"].ShouldBe("gpt-4o");
        settings["Jobs:MaxAttempts"].ShouldBe("3");
        settings["AzureWebJobs.OnChat.Disabled"].ShouldBe("true");
        settings["Host:LocalHttpPort"].ShouldBeNull();
    }

    [Fact]
    public void The_demo_retries_sooner_unless_a_setting_says_otherwise()
    {
        LocalSettings.Build(None, None)["Jobs:RetryDelay"].ShouldBeNull();
        LocalSettings.Build(None, None, demo: true)["Jobs:RetryDelay"].ShouldBe("00:00:02");
        LocalSettings.Build(new Dictionary<string, string?> { ["Jobs:RetryDelay"] = "00:00:07" }, None, demo: true)["Jobs:RetryDelay"].ShouldBe("00:00:07");
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_the_command_line_over_both()
    {
        _root.Write(LocalSettingsFile.Name, """{ "Values": { "SparrowTest__A": "file", "SparrowTest__B": "file", "SparrowTest__C": "file" } }""");

        // Names that no other test reads
        Environment.SetEnvironmentVariable("SparrowTest__B", "environment");
        Environment.SetEnvironmentVariable("SparrowTest__C", "environment");

        var settings = LocalSettings.Build(
            LocalSettingsFile.Read(_root.Path), new Dictionary<string, string?> { ["SparrowTest:C"] = "command line" });

        settings["SparrowTest:A"].ShouldBe("file");
        settings["SparrowTest:B"].ShouldBe("environment");
        settings["SparrowTest:C"].ShouldBe("command line");
    }

    [Fact]
    public void Polling_is_quick_unless_the_file_says_otherwise()
    {
        LocalSettings.Build(None, None)[LocalSettings.PollingKey].ShouldBe("00:00:01");

        _root.Write(LocalSettingsFile.Name, """{ "Values": { "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:07" } }""");
        LocalSettings.Build(LocalSettingsFile.Read(_root.Path), None)[LocalSettings.PollingKey].ShouldBe("00:00:07");
    }

    [Fact]
    public void A_missing_file_sets_nothing() => LocalSettingsFile.Read(_root.Path).ShouldBeEmpty();

    [Fact]
    public void A_broken_file_is_named_with_the_line_and_the_remedy()
    {
        var path = _root.Write(LocalSettingsFile.Name, """
            {
              "Values": {
                "A": "1"
                "B": "2"
              }
            }
            """);

        var problem = Should.Throw<SetupException>(() => LocalSettingsFile.Read(_root.Path));

        problem.Message.ShouldContain($"{path}, line 4");
        problem.Message.ShouldContain("comma");
    }

    [Theory]
    [InlineData("""{ "Values": { "Sparrow": { "Model": "x" } } }""", "Values.Sparrow must be a text")]
    [InlineData("""{ "Values": [] }""", "\"Values\" must be an object")]
    [InlineData("""[]""", "must hold one object")]
    [InlineData("""{ "IsEncrypted": true, "Values": {} }""", "func settings decrypt")]
    public void A_wrong_shape_is_told(string content, string told)
    {
        _root.Write(LocalSettingsFile.Name, content);

        Should.Throw<SetupException>(() => LocalSettingsFile.Read(_root.Path)).Message.ShouldContain(told);
    }

    public void Dispose() => _root.Dispose();
}
