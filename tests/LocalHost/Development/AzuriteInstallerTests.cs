using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.LocalHost.Development;

// npm is played by node: "node ci …" runs the file "ci" of the folder as a script.
public sealed class AzuriteInstallerTests : IDisposable
{
    private const string Install = """
        const fs = require("node:fs");
        fs.mkdirSync("node_modules/azurite/dist/src", { recursive: true });
        fs.writeFileSync("node_modules/azurite/dist/src/azurite.js", "");
        fs.appendFileSync("runs", "x");
        setTimeout(() => fs.writeFileSync("node_modules/.package-lock.json", "{}"), 300);
        """;

    private readonly TemporaryFolder _root = new();

    private AzuriteInstaller Installer(string npm = "node") => new(_root.Path, TimeProvider.System, npm);

    [Fact]
    public async Task Of_two_that_start_at_once_one_installs_and_both_have_it()
    {
        _root.Write("ci", Install);

        var scripts = await Task.WhenAll(
            Installer().EnsureInstalledAsync(null, TestContext.Current.CancellationToken),
            Installer().EnsureInstalledAsync(null, TestContext.Current.CancellationToken));

        scripts.ShouldAllBe(script => File.Exists(script));
        File.ReadAllText(Path.Combine(_root.Path, "runs")).ShouldBe("x");
    }

    [Fact]
    public async Task An_installation_that_was_cut_off_is_made_again()
    {
        _root.Write("ci", Install);
        Directory.CreateDirectory(Path.Combine(_root.Path, "node_modules", "azurite", "dist", "src"));
        _root.Write(Path.Combine("node_modules", "azurite", "dist", "src", "azurite.js"), "");
        Installer().IsInstalled.ShouldBeFalse();

        await Installer().EnsureInstalledAsync(null, TestContext.Current.CancellationToken);

        Installer().IsInstalled.ShouldBeTrue();
    }

    [Fact]
    public async Task A_failing_npm_ci_gives_way_to_npm_install()
    {
        _root.Write("ci", "process.exit(1)");
        _root.Write("install", Install);

        await Installer().EnsureInstalledAsync(null, TestContext.Current.CancellationToken);

        Installer().IsInstalled.ShouldBeTrue();
    }

    [Fact]
    public async Task A_failing_npm_shows_its_last_lines_and_the_way_out()
    {
        _root.Write("ci", "process.exit(1)");
        _root.Write("install", "console.error('npm error code ENOTFOUND'); process.exit(7)");

        var problem = await Should.ThrowAsync<SetupException>(Installer().EnsureInstalledAsync(null, TestContext.Current.CancellationToken));

        problem.Message.ShouldContain("npm error code ENOTFOUND");
        problem.Message.ShouldContain("exit code 7");
        problem.Message.ShouldContain("--storage");
    }

    [Fact]
    public async Task A_missing_npm_says_where_it_comes_from()
    {
        var problem = await Should.ThrowAsync<SetupException>(
            Installer("no-such-npm").EnsureInstalledAsync(null, TestContext.Current.CancellationToken));

        problem.Message.ShouldContain("no-such-npm");
        problem.Message.ShouldContain("https://nodejs.org");
    }

    public void Dispose() => _root.Dispose();
}
