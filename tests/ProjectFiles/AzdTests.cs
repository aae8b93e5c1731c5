using System.Text.RegularExpressions;
using SparrowFunctions.LocalHost.Attributes;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infra;
using YamlDotNet.RepresentationModel;

namespace SparrowFunctions.Tests.ProjectFiles;

/// <summary>What azd is told exists: the project, the template, its parameters, the app it deploys to.</summary>
public sealed partial class AzdTests
{
    private static readonly YamlMappingNode Azure = Repository.Yaml("azure.yaml");

    [Fact]
    public void The_service_is_the_functions_project_and_the_app_that_is_deployed()
    {
        var (name, service) = Azure.At("services").ShouldBeOfType<YamlMappingNode>().Children.ShouldHaveSingleItem();

        service.At("host").Scalar().ShouldBe("function");
        Directory.GetFiles(Repository.PathOf(service.At("project").Scalar()), "*.csproj").ShouldHaveSingleItem();
        Deployment.Of("Microsoft.Web/sites").ShouldHaveSingleItem().GetProperty("tags").GetProperty("azd-service-name").GetString().ShouldBe(name.Scalar());
    }

    [Fact]
    public void The_template_is_where_azd_looks_for_it()
    {
        var path = Path.Combine(Azure.At("infra", "path").Scalar(), Azure.At("infra", "module").Scalar());

        File.Exists(Repository.PathOf($"{path}.bicep")).ShouldBeTrue();
        File.Exists(Repository.PathOf($"{path}.parameters.json")).ShouldBeTrue();
    }

    [Fact]
    public void Every_parameter_that_is_given_exists_and_every_one_that_must_be_is()
    {
        var given = Repository.Json("infra/main.parameters.json").GetProperty("parameters").EnumerateObject().Select(parameter => parameter.Name).ToArray();
        var parameters = Parameter().Matches(Repository.Text("infra/main.bicep")).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["default"].Success);

        given.Except(parameters.Keys).ShouldBeEmpty();
        parameters.Where(parameter => !parameter.Value).Select(parameter => parameter.Key).Except(given).ShouldBeEmpty();
    }

    [Fact]
    public void The_key_is_given_by_a_variable_and_nowhere_else() =>
        Repository.Json("infra/main.parameters.json").GetProperty("parameters").GetProperty("sparrowApiKey").GetProperty("value").GetString().ShouldBe("${SPARROW_API_KEY}");

    [Fact]
    public void Instances_are_kept_ready_for_a_function_that_exists() =>
        Deployment.Properties("Microsoft.Web/sites").GetProperty("functionAppConfig").GetProperty("scaleAndConcurrency").GetProperty("alwaysReady").EnumerateArray()
            .ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBeOneOf([.. Functions().Select(name => $"function:{name}")]);

    [Fact]
    public void What_is_asked_of_azd_in_workflow_and_readme_is_an_output_of_the_template()
    {
        var outputs = Output().Matches(Repository.Text("infra/main.bicep")).Select(match => match.Groups["name"].Value).ToArray();
        var asked = new[] { ".github/workflows/deploy.yml", "README.md" }
            .SelectMany(file => Value().Matches(Repository.Text(file))).Select(match => match.Groups["name"].Value).Distinct().ToArray();

        asked.ShouldNotBeEmpty();
        asked.Except(outputs).ShouldBeEmpty();
    }

    private static IEnumerable<string> Functions() => typeof(FunctionsApp).Assembly.GetTypes().Where(type => type.Namespace == "SparrowFunctions.Triggers")
        .SelectMany(type => type.GetMethods()).SelectMany(method => method.GetCustomAttributes(inherit: false)).OfType<FunctionAttribute>().Select(function => function.Name);

    [GeneratedRegex(@"^param (?<name>\w+) \w+(?<default> =)?", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^output (?<name>\w+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Output();

    [GeneratedRegex(@"azd env get-value (?<name>\w+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Value();
}
