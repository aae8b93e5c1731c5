using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.LocalHost.Development;

public sealed class NodeRuntimeTests
{
    [Fact]
    public async Task The_node_of_this_machine_is_found_with_its_version() =>
        (await NodeRuntime.FindAsync(TestContext.Current.CancellationToken)).Version.ShouldBeGreaterThanOrEqualTo(NodeRuntime.Oldest);

    [Fact]
    public async Task A_missing_node_says_what_to_install_and_how_to_do_without()
    {
        var problem = await Should.ThrowAsync<SetupException>(NodeRuntime.FindAsync("no-such-node", TestContext.Current.CancellationToken));

        problem.Message.ShouldContain("Node.js was not found");
        problem.Message.ShouldContain("https://nodejs.org");
        problem.Message.ShouldContain("--storage");
    }

    // dotnet answers --version with 10.something: a node too old.
    [Fact]
    public async Task An_old_node_says_which_is_needed()
    {
        var problem = await Should.ThrowAsync<SetupException>(NodeRuntime.FindAsync("dotnet", TestContext.Current.CancellationToken));

        problem.Message.ShouldContain("too old");
        problem.Message.ShouldContain("20");
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData(".ci/run")]
    public void Whatever_names_the_oldest_node_names_this_one(string file) =>
        File.ReadAllText(Path.Combine(RepositoryRoot.Find(AppContext.BaseDirectory)!, file)).ShouldContain($" {NodeRuntime.Oldest.Major} or newer");
}
