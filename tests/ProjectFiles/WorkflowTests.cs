using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace SparrowFunctions.Tests.ProjectFiles;

/// <summary>Workflows parse, run what exists, and have no right that they were not given job by job.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows { get; } =
        [.. Directory.GetFiles(Repository.PathOf(".github/workflows")).Select(file => $".github/workflows/{Path.GetFileName(file)}").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Rights_are_given_job_by_job_and_no_job_runs_for_hours(string file)
    {
        var workflow = Repository.Yaml(file);

        workflow.At("permissions").ShouldBeOfType<YamlMappingNode>().Children.ShouldBeEmpty();
        foreach (var (name, job) in workflow.At("jobs").ShouldBeOfType<YamlMappingNode>().Children)
        {
            job.At("permissions").ShouldBeOfType<YamlMappingNode>().Children.ShouldNotBeEmpty(name.Scalar());
            int.Parse(job.At("timeout-minutes").Scalar(), null).ShouldBeInRange(1, 60, name.Scalar());
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_pinned_by_its_whole_hash_with_its_version_beside_it(string file) =>
        File.ReadLines(Repository.PathOf(file)).Where(line => line.Contains("uses:", StringComparison.Ordinal)).ShouldAllBe(line => Pinned().IsMatch(line));

    [Fact]
    public void The_same_action_has_the_same_hash_everywhere() =>
        Workflows.SelectMany(file => Pinned().Matches(Repository.Text(file.Data))).Select(match => (Action: match.Groups["action"].Value, Hash: match.Groups["hash"].Value))
            .Distinct().Select(pin => pin.Action).ShouldBeUnique();

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_script_takes_nothing_from_outside_but_by_variables(string file) =>
        Steps(file).Select(step => step.Find("run")?.Scalar()).OfType<string>().ShouldAllBe(script => !script.Contains("${{", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Files_that_steps_run_and_read_exist(string file)
    {
        var named = Steps(file).SelectMany(step => new[] { step.Find("run")?.Scalar().Split(' ')[0], step.Find("with")?.Find("global-json-file")?.Scalar() })
            .OfType<string>().Where(name => name.StartsWith('.') || name.EndsWith(".json", StringComparison.Ordinal));

        named.ShouldAllBe(name => File.Exists(Repository.PathOf(name)));
    }

    [Fact]
    public void CI_builds_and_publishes_the_functions_app_on_linux_and_windows()
    {
        var job = Repository.Yaml(".github/workflows/ci.yml").At("jobs", "run");

        job.At("strategy", "matrix", "os").ShouldBeOfType<YamlSequenceNode>().Select(os => os.Scalar()).ShouldBe(["ubuntu-latest", "windows-latest"]);
        Steps(".github/workflows/ci.yml").Count(step => step.Find("run")?.Scalar() == ".ci/run").ShouldBe(1);
        Repository.Text(".ci/run").ShouldContain("\nstep \"publish\" dotnet publish src/Functions");
        job.At("defaults", "run", "shell").Scalar().ShouldBe("bash");
    }

    [Fact]
    public void Updates_of_every_kind_of_package_wait_a_week()
    {
        var updates = Repository.Yaml(".github/dependabot.yml").At("updates").ShouldBeOfType<YamlSequenceNode>();

        updates.Select(update => update.At("package-ecosystem").Scalar()).ShouldBe(["nuget", "npm", "github-actions", "devcontainers"]);
        updates.ShouldAllBe(update => update.At("directory").Scalar() == "/" && update.At("cooldown", "default-days").Scalar() == "7");
    }

    [Fact]
    public void Forms_of_issues_ask_for_something()
    {
        foreach (var file in new[] { "bug.yml", "idea.yml" })
            Repository.Yaml($".github/ISSUE_TEMPLATE/{file}").At("body").ShouldBeOfType<YamlSequenceNode>().Select(field => field.Find("id")?.Scalar()).OfType<string>().ShouldBeUnique();
        Repository.Yaml(".github/ISSUE_TEMPLATE/config.yml").At("blank_issues_enabled").Scalar().ShouldBe("true");
    }

    private static IEnumerable<YamlNode> Steps(string file) => Repository.Yaml(file).At("jobs").ShouldBeOfType<YamlMappingNode>().Children.Values
        .SelectMany(job => job.At("steps").ShouldBeOfType<YamlSequenceNode>());

    [GeneratedRegex(@"uses: (?<action>[\w./-]+)@(?<hash>[0-9a-f]{40}) # v\d+\.\d+\.\d+\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Pinned();
}
