using System.Text.Json;
using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.ProjectFiles;

/// <summary>
/// What a published app holds, by the items of its project; <c>.ci/run</c> publishes it and looks at the files.
/// On a developer's machine local.settings.json lies beside host.json and may hold secrets.
/// </summary>
public sealed class PublishTests : IDisposable
{
    private static readonly string[] Sources = ["src/Functions/Functions.csproj", "Directory.Build.props", "Directory.Packages.props", "global.json", "host.json"];

    private readonly string _copy = Directory.CreateTempSubdirectory("sparrow-publish-").FullName;

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Fact]
    public async Task A_published_app_holds_host_json_and_never_local_settings_json()
    {
        foreach (var file in Sources)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_copy, file))!);
            File.Copy(Repository.PathOf(file), Path.Combine(_copy, file));
        }

        File.Copy(Repository.PathOf("local.settings.sample.json"), Path.Combine(_copy, "local.settings.json"));

        var run = await CommandRun.RunAsync(
            DotnetHost.Executable, ["msbuild", "src/Functions/Functions.csproj", "-getItem:None", "-getItem:Content"], _copy, TestContext.Current.CancellationToken);

        run.ExitCode.ShouldBe(0, string.Join('\n', run.Output));
        using var items = JsonDocument.Parse(string.Join('\n', run.Output));
        var published = items.RootElement.GetProperty("Items").EnumerateObject().SelectMany(kind => kind.Value.EnumerateArray())
            .ToLookup(item => Path.GetFileName(item.GetProperty("FullPath").GetString()!), item => (Link: Metadata(item, "Link"), Copy: Metadata(item, "CopyToPublishDirectory")));
        published["host.json"].ShouldBe([("host.json", "PreserveNewest")]);
        published["local.settings.json"].ShouldBe([("local.settings.json", "Never")]);
    }

    [Fact]
    public void Git_ignores_local_settings_json_and_what_azd_remembers()
    {
        var ignored = File.ReadAllLines(Repository.PathOf(".gitignore"));

        ignored.ShouldContain("local.settings.json");
        ignored.ShouldContain(".azure/");
    }

    private static string? Metadata(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;
}
