using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Provisioning;

public sealed class SettingsTests
{
    private const string Key = "a1b2c3d4-0000-4000-8000-9e8d7c6b5a4f";

    /// <summary>The settings of the contract; hooks are named by whoever sets them up, and the sample has one.</summary>
    private static readonly string[] Contract =
    [
        "AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME",
        "Sparrow__BaseUrl", "Sparrow__FreeBaseUrl", "Sparrow__ApiKey", "Sparrow__Mode", "Sparrow__Model", "Sparrow__GizmoId", "Sparrow__Profile",
        "Sparrow__RequestTimeout", "Sparrow__SessionHold", "Sparrow__MaxConcurrency__Standard", "Sparrow__MaxConcurrency__Concurrent",
        "Sparrow__Paths__StandardUpload", "Sparrow__Paths__StandardAllTools", "Sparrow__Paths__StandardGizmos", "Sparrow__Paths__StandardSystemAllTools",
        "Sparrow__Paths__StandardSystemGizmos", "Sparrow__Paths__ConcurrentUpload", "Sparrow__Paths__ConcurrentAllTools", "Sparrow__Paths__ConcurrentGizmos",
        "Sparrow__Paths__ConcurrentSystemAllTools", "Sparrow__Paths__ConcurrentSystemGizmos", "Sparrow__Paths__FreeConversation", "Sparrow__Paths__Pool",
        "Jobs__MaxAttempts", "Jobs__RetryDelay", "Jobs__MaxRetryDelay", "Jobs__Lease", "Jobs__UnknownOutcome",
        "Gate__ProbeInterval", "Gate__MaxProbeInterval",
        "Conversations__GapTimeout", "Conversations__MaxContextCharacters",
        "Results__SaveFiles", "Files__AllowedContainers", "Drop__DefaultPrompt", "Callbacks__Secret", "Callbacks__AllowedHosts",
        "Hooks__example__Scheme", "Hooks__example__Secret", "Hooks__example__Prompt", "Hooks__example__Conversation", "Hooks__example__Model",
        "Hooks__example__GizmoId", "Hooks__example__CallbackUrl",
    ];

    private static readonly Type[] Sections = [.. typeof(SparrowOptions).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsPublic: true, Namespace: not null } && type.Name.EndsWith("Options", StringComparison.Ordinal) && SectionOf(type) is not null and not "AzureWebJobsStorage")];

    private static readonly string Repository = RepositoryRoot.Find(AppContext.BaseDirectory)!;

    public static TheoryData<string> Documented { get; } = [.. Sections.SelectMany(type => Leaves(SectionOf(type)!, Activator.CreateInstance(type)!)).Select(leaf => leaf.Name)];

    [Fact]
    public void The_sample_holds_every_setting_of_the_contract_and_no_other() => Sample().Keys.ShouldBe(Contract, ignoreOrder: true);

    [Fact]
    public void The_sample_with_a_key_starts_the_host() => Should.NotThrow(() => Check([]));

    [Fact]
    public void The_sample_shows_the_defaults()
    {
        var sample = Sample();
        foreach (var (name, value) in Sections.SelectMany(type => Leaves(SectionOf(type)!, Activator.CreateInstance(type)!)).Where(leaf => sample.ContainsKey(leaf.Name) && leaf.Name != "Sparrow__ApiKey"))
            sample[name].ShouldBe(value, name);
    }

    [Fact]
    public void Every_section_is_read() =>
        Sections.Select(type => SectionOf(type)).ShouldBe(["Sparrow", "Jobs", "Gate", "Conversations", "Results", "Files", "Drop", "Callbacks", "Hooks"], ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Documented))]
    public void Every_setting_is_explained_with_its_default(string name)
    {
        var row = File.ReadLines(Path.Combine(Repository, "docs/configuration.md")).SingleOrDefault(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal));
        var (_, value) = Sections.SelectMany(type => Leaves(SectionOf(type)!, Activator.CreateInstance(type)!)).Single(leaf => leaf.Name == name);

        row.ShouldNotBeNull($"docs/configuration.md has no row for {name}.");
        row.Split('|')[2].Trim().ShouldBe(value.Length == 0 ? "–" : $"`{value}`");
    }

    [Theory]
    [InlineData("Sparrow__Mode", "fast", "is 'fast': write one of standard, concurrent, free.")]
    [InlineData("Sparrow__Mode", "1", "write one of standard, concurrent, free.")]
    [InlineData("Sparrow__Mode", "standard, free", "write one of standard, concurrent, free.")]
    [InlineData("Jobs__UnknownOutcome", "forget", "write one of retryOnce, hold.")]
    [InlineData("Jobs__RetryDelay", "abc", "is 'abc', which is no time span: write hh:mm:ss, for example 00:00:10.")]
    [InlineData("Conversations__GapTimeout", "5", "write hh:mm:ss, for example 00:20:00.")]
    [InlineData("Jobs__MaxAttempts", "many", "is 'many', which is no whole number: write digits only, for example 12.")]
    [InlineData("Jobs__MaxAttempts", "99999999999", "is '99999999999', which is no whole number: write digits only, for example 12.")]
    [InlineData("Conversations__MaxContextCharacters", "24,000", "for example 24000.")]
    [InlineData("Results__SaveFiles", "yes", "is 'yes': write true or false.")]
    [InlineData("Sparrow__BaseUrl", "beta.gpt4api.plus", "is no address: write scheme and host, for example https://beta.gpt4api.plus.")]
    [InlineData("Sparrow__MaxConcurrency__Standard", "a lot", "no whole number: write digits only, for example 32.")]
    public void A_value_of_the_wrong_kind_is_told_with_what_is_allowed(string setting, string value, string told) =>
        Failures((setting, value)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            failure => failure.ShouldStartWith($"{setting} "),
            failure => failure.ShouldEndWith(told));

    [Theory]
    [InlineData("Jobs__MaxAttempts", "0", "1 to 100")]
    [InlineData("Jobs__RetryDelay", "00:00:00", "00:00:01 to 01:00:00")]
    [InlineData("Jobs__MaxRetryDelay", "00:00:05", "Jobs__RetryDelay (00:00:10) to 30.00:00:00")]
    [InlineData("Jobs__Lease", "00:00:05", "00:00:20 to 00:10:00")]
    [InlineData("Gate__ProbeInterval", "00:00:00", "00:00:01 to 01:00:00")]
    [InlineData("Gate__MaxProbeInterval", "00:00:01", "Gate__ProbeInterval (00:00:10) to 1.00:00:00")]
    [InlineData("Conversations__GapTimeout", "00:00:00", "00:00:01 to 7.00:00:00")]
    [InlineData("Conversations__MaxContextCharacters", "-1", "0 to 1000000")]
    [InlineData("Sparrow__RequestTimeout", "02:00:00", "00:00:01 and 01:00:00")]
    [InlineData("Sparrow__MaxConcurrency__Concurrent", "0", "from 1 to 1000")]
    [InlineData("Sparrow__ApiKey", "", "access token")]
    [InlineData("Sparrow__ApiKey", "<your key>", "copy the key again")]
    [InlineData("Sparrow__ApiKey", "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/key)", "Key Vault Secrets User")]
    [InlineData("Files__AllowedContainers", "drop,azure-webjobs-hosts", "name containers of your own, separated by commas")]
    [InlineData("Files__AllowedContainers", "drop,My Files", "3 to 63 lower-case letters, digits and hyphens")]
    [InlineData("Drop__DefaultPrompt", " ", "write what to ask")]
    [InlineData("Callbacks__AllowedHosts", "https://localhost", "names or addresses without scheme")]
    public void A_value_out_of_range_is_told_with_what_is_allowed(string setting, string value, string allowed) =>
        Failures((setting, value)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            failure => failure.ShouldContain(setting),
            failure => failure.ShouldContain(allowed));

    [Theory]
    [InlineData("Jobs__MaxAttempt", "did you mean Jobs__MaxAttempts?")]
    [InlineData("Jobs__RetryDely", "did you mean Jobs__RetryDelay?")]
    [InlineData("Sparrow__MaxConcurrencyStandard", "did you mean Sparrow__MaxConcurrency__Standard?")]
    [InlineData("Sparrow__MaxConcurency__Standard", "did you mean Sparrow__MaxConcurrency__Standard?")]
    [InlineData("Sparrow__MaxConcurrency__Standart", "did you mean Sparrow__MaxConcurrency__Standard?")]
    [InlineData("Gate__Colour", "Gate has Gate__ProbeInterval, Gate__MaxProbeInterval. Correct the name or remove it.")]
    [InlineData("Conversations__GapTimeout__Hours", "Conversations has Conversations__GapTimeout, Conversations__MaxContextCharacters. Correct the name or remove it.")]
    [InlineData("Results__SaveFile", "did you mean Results__SaveFiles?")]
    [InlineData("Files__AllowedContainer", "did you mean Files__AllowedContainers?")]
    [InlineData("Drop__Prompt", "Drop has Drop__DefaultPrompt. Correct the name or remove it.")]
    [InlineData("Callbacks__Secrets", "did you mean Callbacks__Secret?")]
    public void An_unknown_setting_is_told_with_the_one_that_was_meant(string setting, string hint) =>
        Failures((setting, "secret-of-mine")).ShouldHaveSingleItem().ShouldBe($"{setting} is no setting of this app: {hint}");

    [Fact]
    public void All_that_is_wrong_is_told_at_once() =>
        Failures(("Jobs__RetryDelay", "abc"), ("Jobs__MaxAttempts", "many"), ("Results__SaveFiles", "yes"), ("Gate__ProbeInterval", "00:00:00")).Count.ShouldBe(4);

    [Theory]
    [InlineData("Sparrow__ApiKey", "Bearer secret-of-mine")]
    [InlineData("Sparrow__BaseUrl", "https://secret-of-mine:x@host")]
    [InlineData("Sparrow__Mode", "secret-of-mine-that-is-as-long-as-a-key")]
    [InlineData("Jobs__MaxAttempts", "secret-of-mine-that-is-as-long-as-a-key")]
    [InlineData("Callbacks__Secret", "secret-of-mine")]
    [InlineData("Callbacks__Secret", "whsec_c2VjcmV0LW9mLW1pbmU=")]
    [InlineData("AzureWebJobsStorage", "AccountName=me;AccountKey=secret-of-mine")]
    public void A_secret_is_never_repeated(string setting, string value)
    {
        var failure = Should.Throw<Exception>(() => Check((setting, value)));

        failure.Message.ShouldContain(setting);
        failure.ToString().ShouldNotContain("secret-of-mine");
        failure.ToString().ShouldNotContain("c2VjcmV0");
    }

    [Theory]
    [InlineData("Jobs__MaxAttempts")]
    [InlineData("Jobs__RetryDelay")]
    [InlineData("Jobs__UnknownOutcome")]
    [InlineData("Results__SaveFiles")]
    [InlineData("Sparrow__MaxConcurrency__Standard")]
    public void An_empty_value_counts_as_not_set(string setting)
    {
        Should.NotThrow(() => Check((setting, "")));
        Leaves("Jobs", Read<SparrowFunctions.Jobs.JobOptions>((setting, ""))).ShouldBe(Leaves("Jobs", new SparrowFunctions.Jobs.JobOptions()));
    }

    [Theory]
    [InlineData("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3")]
    [InlineData("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3 whsec_NzY1NDMyMTBmZWRjYmE5ODc2NTQzMjEw")]
    public void Secrets_of_24_bytes_or_more_are_taken_one_or_several(string secrets) => Should.NotThrow(() => Check(("Callbacks__Secret", secrets)));

    private static IReadOnlyList<string> Failures(params (string Setting, string Value)[] settings) => Should.Throw<Exception>(() => Check(settings)) switch
    {
        OptionsValidationException one => [.. one.Failures],
        AggregateException several => [.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(each => each.Failures)],
        var other => throw other,
    };

    private static void Check(params (string Setting, string Value)[] settings)
    {
        using var host = Build(settings);
        host.Services.GetRequiredService<IStartupValidator>().Validate();
        host.Services.GetServices<IHostedService>().ShouldNotBeEmpty();
    }

    private static T Read<T>(params (string Setting, string Value)[] settings)
        where T : class
    {
        using var host = Build(settings);
        return host.Services.GetRequiredService<IOptions<T>>().Value;
    }

    private static IHost Build((string Setting, string Value)[] settings)
    {
        static string Nested(string name) => name.Replace("__", ":", StringComparison.Ordinal);

        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(Sample().Select(each => KeyValuePair.Create<string, string?>(Nested(each.Key), each.Value)));
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Sparrow:ApiKey", Key)]);
        builder.Configuration.AddInMemoryCollection(settings.Select(each => KeyValuePair.Create<string, string?>(Nested(each.Setting), each.Value)));
        builder.Services.AddSparrowCore(builder.Configuration);
        return builder.Build();
    }

    private static Dictionary<string, string> Sample()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository, "local.settings.sample.json")));
        return document.RootElement.GetProperty("Values").EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString()!);
    }

    private static string? SectionOf(Type type) => type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string;

    private static IEnumerable<(string Name, string Value)> Leaves(string section, object options) => options.GetType().GetProperties().Where(property => property.CanWrite)
        .SelectMany(property => property.GetValue(options) is { } inner && inner.GetType().Assembly == typeof(SparrowOptions).Assembly && inner.GetType().IsClass
            ? Leaves($"{section}__{property.Name}", inner)
            : [($"{section}__{property.Name}", Written(property.GetValue(options)))]);

    private static string Written(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        Uri address => address.OriginalString,
        Enum word => Regex.Replace(word.ToString(), "^[A-Z](?=[a-z])", first => first.Value.ToLowerInvariant(), RegexOptions.None, TimeSpan.FromMinutes(1)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
