using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Infra;

public sealed class BicepTests : IDisposable
{
    /// <summary>A subscription that does not exist: the snapshot only needs some.</summary>
    private const string Subscription = "00000000-0000-0000-0000-000000000000";

    private readonly string _scratch = Directory.CreateTempSubdirectory("sparrow-bicep-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public async Task The_templates_compile_without_a_word()
    {
        var run = await Bicep.RunAsync("build", "main.bicep", "--no-restore", "--outfile", Path.Combine(_scratch, "main.json"));

        run.Output.ShouldBeEmpty();
        run.ExitCode.ShouldBe(0);
        new FileInfo(Path.Combine(_scratch, "main.json")).Length.ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public async Task Rules_of_the_linter_are_errors()
    {
        File.Copy(Path.Combine(Bicep.Folder, "bicepconfig.json"), Path.Combine(_scratch, "bicepconfig.json"));
        var careless = Path.Combine(_scratch, "careless.bicep");
        await File.WriteAllTextAsync(careless, "param unused string\n", TestContext.Current.CancellationToken);

        var run = await Bicep.RunAsync("lint", careless);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain(line => line.Contains("Error no-unused-params", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_templates_are_formatted()
    {
        var files = Directory.GetFiles(Bicep.Folder, "*.bicep", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            var copy = Path.Combine(_scratch, Path.GetRelativePath(Bicep.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        (await Bicep.RunAsync("format", "--pattern", $"{_scratch}/**/*.bicep")).ExitCode.ShouldBe(0);

        files.Where(file => File.ReadAllText(file) != File.ReadAllText(Path.Combine(_scratch, Path.GetRelativePath(Bicep.Folder, file))))
            .ShouldBeEmpty("bicep format writes these otherwise.");
        files.Length.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task A_deployment_makes_what_the_snapshot_says()
    {
        var mode = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1" ? "overwrite" : "validate";

        var run = await Bicep.RunAsync("snapshot", Golden.PathOf("Infra/Golden/production.bicepparam"), "--mode", mode, "--subscription-id", Subscription, "--location", "westeurope");

        run.ExitCode.ShouldBe(0, $"infra/ makes something else than tests/Infra/Golden/production.snapshot.json says; UPDATE_GOLDEN=1 writes it anew.\n{string.Join('\n', run.Output)}");
    }

    [Fact]
    public async Task A_change_of_the_templates_shows_against_the_snapshot()
    {
        var infra = Directory.CreateDirectory(Path.Combine(_scratch, "infra")).FullName;
        foreach (var file in Directory.GetFiles(Bicep.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(infra, Path.GetRelativePath(Bicep.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(copy, text.Replace("allowSharedKeyAccess: false", "allowSharedKeyAccess: true", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        }

        var golden = Directory.CreateDirectory(Path.Combine(_scratch, "tests/Infra/Golden")).FullName;
        foreach (var file in Directory.GetFiles(Golden.PathOf("Infra/Golden")))
            File.Copy(file, Path.Combine(golden, Path.GetFileName(file)));

        var run = await Bicep.RunAsync("snapshot", Path.Combine(golden, "production.bicepparam"), "--mode", "validate", "--subscription-id", Subscription, "--location", "westeurope");

        run.ExitCode.ShouldNotBe(0);
        run.Output.ShouldContain(line => line.Contains("allowSharedKeyAccess", StringComparison.Ordinal));
    }
}
