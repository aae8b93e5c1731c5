using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SparrowFunctions.LocalHost.Attributes;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Tests.Infra;

/// <summary>The settings that the deployment gives the app are ones that it knows, and all that it needs.</summary>
public sealed class AppSettingsTests
{
    private static readonly string Repository = RepositoryRoot.Find(AppContext.BaseDirectory)!;

    /// <summary>What the plan tells the app by itself: Flex Consumption refuses the setting.</summary>
    private static readonly string[] SetByThePlan = ["FUNCTIONS_WORKER_RUNTIME"];

    /// <summary>Polled blob triggers of the contract; Flex Consumption has none.</summary>
    private static readonly string[] PolledBlobTriggers = ["OnBatchDropped", "OnFileDropped"];

    public static TheoryData<string> Names { get; } = [.. Deployment.AppSettings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_setting_is_explained(string name)
    {
        if (DisabledFunction(name) is not null)
            name = "AzureWebJobs.{function}.Disabled";

        File.ReadLines(Path.Combine(Repository, "docs/configuration.md")).Where(line => line.StartsWith('|'))
            .Any(row => row.Split('|')[1].Contains($"`{name}`", StringComparison.Ordinal)
                || (name.EndsWith("ServiceUri", StringComparison.Ordinal) && row.Split('|')[1].Contains($"…__{name.Split("__")[1]}`", StringComparison.Ordinal)))
            .ShouldBeTrue($"docs/configuration.md has no row for {name}.");
    }

    [Fact]
    public void Whatever_has_no_default_is_set()
    {
        var missing = Sample().Where(setting => setting.Value.StartsWith('<') || setting.Key == "FUNCTIONS_WORKER_RUNTIME" || setting.Key == StorageOptions.Section)
            .Select(setting => setting.Key)
            .Where(name => !Deployment.AppSettings.Keys.Any(key => key == name || key.StartsWith($"{name}__", StringComparison.Ordinal)))
            .Except(SetByThePlan);

        missing.ShouldBeEmpty("local.settings.sample.json shows that these must be set, and infra/modules/app.bicep does not.");
    }

    [Fact]
    public void Whatever_the_plan_sets_is_left_to_it() => Deployment.AppSettings.Keys.Intersect(SetByThePlan).ShouldBeEmpty();

    [Fact]
    public void No_setting_has_a_name_that_the_platform_refuses() =>
        Deployment.AppSettings.Keys.ShouldAllBe(name => name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_' || character == '.'));

    [Fact]
    public void No_setting_holds_a_secret() =>
        Deployment.AppSettings.Where(setting => setting.Key.EndsWith("Key", StringComparison.Ordinal) || setting.Key.EndsWith("Secret", StringComparison.Ordinal))
            .ShouldHaveSingleItem().Value.ShouldContain("@Microsoft.KeyVault(SecretUri=");

    [Fact]
    public void The_app_starts_with_them()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(Deployment.AppSettings.Select(setting =>
            KeyValuePair.Create<string, string?>(setting.Key.Replace("__", ":", StringComparison.Ordinal), AsInAzure(setting.Key, setting.Value))));
        builder.Services.AddSparrowCore(builder.Configuration);
        using var host = builder.Build();

        host.Services.GetRequiredService<IStartupValidator>().Validate();
        StorageOptions.Read(builder.Configuration).ShouldSatisfyAllConditions(
            storage => storage.ConnectionString.ShouldBeNull(),
            storage => storage.ManagedIdentity.ShouldBeTrue(),
            storage => storage.ClientId.ShouldNotBeNull(),
            storage => storage.QueueServiceUri.ShouldBe(new Uri("https://account.queue.core.windows.net/")));
        host.Services.GetServices<IHostedService>().ShouldNotBeEmpty();
    }

    [Fact]
    public void An_instance_that_is_told_to_stop_takes_no_more_messages() => Deployment.AppSettings["FUNCTIONS_ENABLE_DRAIN_ON_APP_STOPPING"].ShouldBe("true");

    [Fact]
    public void Looks_at_queues_leave_no_records_and_runs_of_functions_all_of_theirs()
    {
        Deployment.AppSettings["AZURE_TRACING_DISABLED"].ShouldBe("true");
        (Deployment.AppSettings["OTEL_TRACES_SAMPLER"], Deployment.AppSettings["OTEL_TRACES_SAMPLER_ARG"]).ShouldBe(("microsoft.fixed_percentage", "1"));
    }

    [Fact]
    public void Polled_blob_triggers_are_off_and_nothing_else()
    {
        Deployment.AppSettings.Where(setting => setting.Value == "true").Select(setting => DisabledFunction(setting.Key)).OfType<string>()
            .ShouldBe(PolledBlobTriggers, ignoreOrder: true);

        typeof(FunctionsApp).Assembly.GetTypes().Where(type => type.Namespace == "SparrowFunctions.Triggers")
            .SelectMany(type => type.GetMethods()).Where(method => method.GetParameters().Any(parameter =>
                parameter.GetCustomAttribute<BlobTriggerAttribute>() is { Source: not BlobTriggerSource.EventGrid }))
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()!.Name)
            .Except(PolledBlobTriggers).ShouldBeEmpty("Flex Consumption can't run these: turn them off in infra/modules/app.bicep.");
    }

    private static string? DisabledFunction(string setting) =>
        setting.Split('.') is ["AzureWebJobs", var function, "Disabled"] ? function : null;

    // What Azure makes of an expression: an address of the account, the client id, the secret behind the reference
    private static string AsInAzure(string name, string value) => name switch
    {
        "Sparrow__ApiKey" => "a1b2c3d4-0000-4000-8000-9e8d7c6b5a4f",
        _ when name.EndsWith("ServiceUri", StringComparison.Ordinal) => $"https://account.{name.Split("__")[1].Replace("ServiceUri", "", StringComparison.Ordinal)}.core.windows.net/",
        _ when value.StartsWith('[') => "11111111-1111-4111-8111-111111111111",
        _ => value,
    };

    private static Dictionary<string, string> Sample()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository, "local.settings.sample.json")));
        return document.RootElement.GetProperty("Values").EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString()!);
    }
}
