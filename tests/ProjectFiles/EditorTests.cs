using System.Text.Json;
using System.Xml.Linq;

namespace SparrowFunctions.Tests.ProjectFiles;

/// <summary>VS Code and the dev container name projects, tasks and versions that exist.</summary>
public sealed class EditorTests
{
    private const string Workspace = "${workspaceFolder}/";

    private static readonly string[] Tasks = [.. Repository.Json(".vscode/tasks.json").GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("label").GetString()!)];

    [Fact]
    public void Tasks_name_what_exists()
    {
        Tasks.ShouldBeUnique();
        var paths = Repository.Json(".vscode/tasks.json").GetProperty("tasks").EnumerateArray().SelectMany(task => task.GetProperty("args").EnumerateArray())
            .Select(argument => argument.GetString()!).Where(argument => argument.StartsWith(Workspace, StringComparison.Ordinal)).Select(argument => argument[Workspace.Length..]).ToArray();

        paths.Length.ShouldBe(Tasks.Length);
        paths.ShouldAllBe(path => Path.Exists(Repository.PathOf(path)));
    }

    [Fact]
    public void What_is_launched_is_what_its_project_builds()
    {
        var launches = Repository.Json(".vscode/launch.json").GetProperty("configurations").EnumerateArray().Where(launch => launch.GetProperty("request").GetString() == "launch").ToArray();

        launches.ShouldNotBeEmpty();
        foreach (var launch in launches)
        {
            // ${workspaceFolder}/artifacts/bin/{project}/debug/{assembly}.dll
            var path = launch.GetProperty("program").GetString()!.Split('/');
            path[..3].ShouldBe(["${workspaceFolder}", "artifacts", "bin"]);
            var project = XDocument.Load(Repository.PathOf($"src/{path[3]}/{path[3]}.csproj"));
            path[^1].ShouldBe($"{project.Descendants("AssemblyName").ShouldHaveSingleItem().Value}.dll");
            launch.GetProperty("preLaunchTask").GetString().ShouldBeOneOf(Tasks);
        }
    }

    [Fact]
    public void Settings_name_what_exists()
    {
        var settings = Repository.Json(".vscode/settings.json");

        File.Exists(Repository.PathOf(settings.GetProperty("dotnet.defaultSolution").GetString()!)).ShouldBeTrue();
        Directory.Exists(Repository.PathOf(settings.GetProperty("azureFunctions.projectSubpath").GetString()!)).ShouldBeTrue();
        settings.GetProperty("azureFunctions.preDeployTask").GetString().ShouldBeOneOf(Tasks);
        settings.GetProperty("azureFunctions.deploySubpath").GetString().ShouldBe("artifacts/publish/Functions/release");
    }

    [Fact]
    public void The_dev_container_has_the_sdk_and_the_node_that_everything_else_has()
    {
        var container = Repository.Json(".devcontainer/devcontainer.json");
        var sdk = Repository.Json("global.json").GetProperty("sdk").GetProperty("version").GetString()!;
        var node = Repository.Yaml(".github/workflows/ci.yml").At("jobs", "run", "steps").ShouldBeOfType<YamlDotNet.RepresentationModel.YamlSequenceNode>()
            .Select(step => step.Find("with")?.Find("node-version")?.Scalar()).OfType<string>().ShouldHaveSingleItem();

        container.GetProperty("image").GetString().ShouldEndWith($":{sdk[..sdk.LastIndexOf('.')]}");
        container.GetProperty("features").GetProperty("ghcr.io/devcontainers/features/node:1").GetProperty("version").GetString().ShouldBe(node);
        Recommended(container.GetProperty("customizations").GetProperty("vscode").GetProperty("extensions"))
            .ShouldBeSubsetOf(Recommended(Repository.Json(".vscode/extensions.json").GetProperty("recommendations")));
    }

    private static string[] Recommended(JsonElement extensions) => [.. extensions.EnumerateArray().Select(extension => extension.GetString()!)];
}
