using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.Core.Intake.Hooks;

public sealed class HookSettingsTests
{
    private const string SigningSecret = RecordedDelivery.StandardSecret;

    private static readonly (string Setting, string Value)[] Right = [("Hooks__x__Scheme", "none"), ("Hooks__x__Prompt", "Say: {{text}}")];

    public static TheoryData<string> Settings { get; } = [.. typeof(HookOptions).GetProperties().Select(property => property.Name)];

    [Fact]
    public void Without_hooks_nothing_is_wrong() => Check().ShouldBeEmpty();

    [Theory]
    [InlineData("none", "")]
    [InlineData("NONE", "")]
    [InlineData("github", "It's a Secret to Everybody")]
    [InlineData("slack", RecordedDelivery.SlackSecret)]
    [InlineData("standard", SigningSecret)]
    [InlineData("standard", SigningSecret + "  " + SigningSecret)]
    public void A_scheme_with_its_secret_is_taken(string scheme, string secret) => Check([.. Right, ("Hooks__x__Scheme", scheme), ("Hooks__x__Secret", secret)]).ShouldBeEmpty();

    [Theory]
    [InlineData("Scheme", "", "Hooks__x__Scheme is not set: write one of none, github, standard, slack.")]
    [InlineData("Scheme", "gitlab", "Hooks__x__Scheme is 'gitlab': write one of none, github, standard, slack.")]
    [InlineData("Scheme", "github", "Hooks__x__Secret is missing or has white space around it: scheme github takes the secret that was entered at GitHub.")]
    [InlineData("Scheme", "standard", "Hooks__x__Secret is missing or no signing secret: scheme standard takes whsec_ followed by the base64 of 24 to 64 bytes")]
    [InlineData("Scheme", "slack", "Hooks__x__Secret is missing or no signing secret of Slack: scheme slack takes the Signing Secret")]
    [InlineData("Secret", "s3cret", "Hooks__x__Secret is set, and scheme none checks no signature: choose github, standard or slack, or remove the secret.")]
    [InlineData("Prompt", "", "Hooks__x__Prompt is not set: write what to ask about a delivery, for example 'Summarise: {{issue.title}}'.")]
    [InlineData("Prompt", "Say {{text", "Hooks__x__Prompt, character 5: {{ has no }} after it. Close the placeholder")]
    [InlineData("Conversation", "{{a..b}}", "Hooks__x__Conversation, character 5: A name is missing in the path. Write for example issue.title")]
    [InlineData("CallbackUrl", "example.com/done", "Hooks__x__CallbackUrl is no address that can be called: write https://")]
    [InlineData("CallbackUrl", "ftp://example.com/", "Hooks__x__CallbackUrl is no address")]
    [InlineData("CallbackUrl", "https://me:pw@example.com/", "Hooks__x__CallbackUrl is no address")]
    [InlineData("CallbackUrl", "https://example.com/", "Hooks__x__CallbackUrl is set while Callbacks__Secret is not")]
    [InlineData("Promt", "x", "Hooks__x__Promt is no setting of this app: did you mean Hooks__x__Prompt?")]
    [InlineData("Colour", "red", "Hooks__x__Colour is no setting of this app: Hooks__x has Hooks__x__Scheme, Hooks__x__Secret, Hooks__x__Prompt, Hooks__x__Conversation")]
    public void A_wrong_value_is_told_with_what_is_allowed(string setting, string value, string told) =>
        Check([.. Right, ($"Hooks__x__{setting}", value)]).ShouldHaveSingleItem().ShouldStartWith(told);

    [Fact]
    public void A_model_that_is_too_long_is_told() =>
        Check([.. Right, ("Hooks__x__Model", new string('m', 129)), ("Hooks__x__GizmoId", new string('g', 128))]).ShouldHaveSingleItem().ShouldStartWith("Hooks__x__Model has 129 characters: write at most 128.");

    [Fact]
    public void A_callback_is_taken_where_callbacks_are_signed() =>
        Check([.. Right, ("Hooks__x__CallbackUrl", "https://example.com/done"), ("Callbacks__Secret", SigningSecret)]).ShouldBeEmpty();

    [Theory]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("ä")]
    [InlineData("a-name-of-more-than-forty-characters-is-one-too-long")]
    public void A_name_that_is_no_part_of_an_address_is_told(string name) =>
        Check(($"Hooks__{name}__Scheme", "none"), ($"Hooks__{name}__Prompt", "x")).ShouldHaveSingleItem().ShouldStartWith($"Hooks__{name} is no name of a hook");

    [Fact]
    public void A_hook_without_a_setting_is_told() =>
        Check(("Hooks__x", "github")).ShouldHaveSingleItem().ShouldBe("Hooks__x has a value of its own: a hook has settings, for example Hooks__x__Scheme.");

    [Fact]
    public void All_that_is_wrong_is_told_at_once() =>
        Check(("Hooks__a b__Scheme", "standard"), ("Hooks__a b__Conversation", "{{"), ("Hooks__y__Model", "m")).Count.ShouldBe(6);

    [Theory]
    [InlineData("github", " secret-of-mine")]
    [InlineData("standard", "secret-of-mine")]
    [InlineData("slack", "secret-of-mine")]
    [InlineData("none", "secret-of-mine")]
    [InlineData("secret-of-mine-that-is-as-long-as-a-key", "")]
    public void A_secret_is_never_repeated(string scheme, string secret) =>
        Check([.. Right, ("Hooks__x__Scheme", scheme), ("Hooks__x__Secret", secret)]).ShouldHaveSingleItem().ShouldNotContain("secret-of-mine");

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_is_explained(string setting)
    {
        var page = Path.Combine(RepositoryRoot.Find(AppContext.BaseDirectory)!, "docs/configuration.md");

        File.ReadLines(page).ShouldContain(line => line.StartsWith($"| `Hooks__{{name}}__{setting}` | – | ", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Check(params (string Setting, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder();
        foreach (var (setting, value) in settings)
            configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>(setting.Replace("__", ":", StringComparison.Ordinal), value)]);
        using var services = new ServiceCollection().AddHooks(configuration.Build()).BuildServiceProvider();
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            services.GetRequiredService<HookSet>().ShouldNotBeNull();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            exception.ToString().ShouldNotContain("s3cret");
            return [.. exception.Failures];
        }
    }
}
