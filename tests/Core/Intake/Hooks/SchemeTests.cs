using System.Security.Cryptography;
using System.Text;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.Intake.Hooks.Schemes;
using static SparrowFunctions.Tests.Core.Intake.Hooks.RecordedDelivery;

namespace SparrowFunctions.Tests.Core.Intake.Hooks;

public sealed class SchemeTests
{
    private static readonly GithubScheme Github = new(GithubSecret);
    private static readonly SlackScheme Slack = new(SlackSecret);
    private static readonly StandardScheme Standard = new(StandardSecret);

    public static TheoryData<string> Recorded { get; } =
    [
        "github-issues-opened", "github-push-form", "github-ping", "slack-app-mention", "slack-app-mention-again", "slack-url-verification", "slack-command",
        "slack-command-documented", "standard-documented", "standard-invoice-paid", "standard-rotation",
    ];

    public static TheoryData<string, string> SignedParts { get; } = new()
    {
        { "slack-app-mention", "X-Slack-Request-Timestamp" },
        { "standard-invoice-paid", "webhook-timestamp" },
        { "standard-invoice-paid", "webhook-id" },
    };

    [Fact]
    public void The_example_of_githubs_documentation_is_genuine() =>
        Github.Refuse(Request("Hello, World!", ("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")), default).ShouldBeNull();

    [Fact]
    public void The_example_of_slacks_documentation_is_genuine()
    {
        var request = Read("slack-command-documented");

        request.Header("X-Slack-Signature").ShouldBe("v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
        Slack.Refuse(request, SlackTime).ShouldBeNull();
    }

    [Fact]
    public void The_example_of_standard_webhooks_is_genuine()
    {
        var request = Read("standard-documented");

        request.Header("webhook-signature").ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        Standard.Refuse(request, StandardTime).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_recorded_delivery_is_genuine(string name) => Of(name).Refuse(Read(name), TimeOf(name)).ShouldBeNull();

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_changed_byte_of_the_body_is_refused(string name)
    {
        var request = Read(name);
        foreach (var at in new[] { 0, request.Body.Length / 2, request.Body.Length - 1 })
        {
            var body = request.Body.ToArray();
            body[at] ^= 1;
            Of(name).Refuse(request with { Body = body }, TimeOf(name)).ShouldNotBeNull().ShouldStartWith("The signature is missing or wrong.");
        }

        Of(name).Refuse(request with { Body = (byte[])[.. request.Body.Span, (byte)'\n'] }, TimeOf(name)).ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(SignedParts))]
    public void What_is_signed_beside_the_body_can_not_be_changed(string name, string header)
    {
        var request = Read(name);
        var shown = request.Header(header)!;

        Of(name).Refuse(request.WithHeader(header, shown[..^1] + (shown[^1] == '1' ? '2' : '1')), TimeOf(name)).ShouldNotBeNull().ShouldStartWith("The signature is missing or wrong.");
        Of(name).Refuse(request.WithHeader(header, null), TimeOf(name)).ShouldNotBeNull().ShouldStartWith("The signature is missing or wrong.");
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_missing_signature_and_a_wrong_one_sound_the_same(string name)
    {
        var request = Read(name);
        var header = name.StartsWith("github", StringComparison.Ordinal) ? "X-Hub-Signature-256" : name.StartsWith("slack", StringComparison.Ordinal) ? "X-Slack-Signature" : "webhook-signature";
        string?[] wrong = [null, "", "x", "sha256=", "v0=", "v1,", "v1, ", request.Header(header)!.ToUpperInvariant(), request.Header(header)![..^1], request.Header(header) + "0", new string('é', 40)];

        var refusals = wrong.Select(signature => Of(name).Refuse(request.WithHeader(header, signature), TimeOf(name))).ToArray();

        refusals.ShouldAllBe(refusal => refusal != null);
        refusals.Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Another_secret_does_not_fit(string name)
    {
        IHookScheme other = Of(name) switch
        {
            GithubScheme => new GithubScheme(GithubSecret + " "),
            SlackScheme => new SlackScheme(SlackSecret[1..]),
            _ => new StandardScheme("whsec_" + Convert.ToBase64String(new byte[24])),
        };

        other.Refuse(Read(name), TimeOf(name)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("slack-app-mention", -300, true)]
    [InlineData("slack-app-mention", 300, true)]
    [InlineData("slack-app-mention", -301, false)]
    [InlineData("slack-app-mention", 301, false)]
    [InlineData("standard-invoice-paid", -300, true)]
    [InlineData("standard-invoice-paid", 300, true)]
    [InlineData("standard-invoice-paid", -301, false)]
    [InlineData("standard-invoice-paid", 301, false)]
    public void A_signed_time_holds_for_5_minutes_both_ways(string name, int seconds, bool isFresh)
    {
        var refusal = Of(name).Refuse(Read(name), TimeOf(name).AddSeconds(seconds));

        if (isFresh)
            refusal.ShouldBeNull();
        else
            refusal.ShouldNotBeNull().ShouldContain(seconds > 0 ? "is more than 5 minutes ago." : "is more than 5 minutes ahead.");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, -1)]
    public void The_window_ends_to_the_millisecond(int seconds, int direction)
    {
        var edge = TimeOf("slack-app-mention").AddSeconds(seconds) + (direction * TimeSpan.FromMinutes(5));

        Slack.Refuse(Read("slack-app-mention"), edge).ShouldBeNull();
        Slack.Refuse(Read("slack-app-mention"), edge.AddMilliseconds(direction)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("-1531420618")]
    [InlineData("1531420618.5")]
    [InlineData("99999999999999999999999")]
    public void A_time_that_is_none_is_refused_even_when_it_is_signed(string time)
    {
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(SlackSecret), Encoding.UTF8.GetBytes($"v0:{time}:{{}}")));

        Slack.Refuse(Request("{}", ("X-Slack-Request-Timestamp", time), ("X-Slack-Signature", "v0=" + signature)), SlackTime)
            .ShouldBe("X-Slack-Request-Timestamp is no time. Send the seconds since 1970 as digits.");
    }

    [Fact]
    public void One_of_several_secrets_is_enough_in_any_place()
    {
        var other = "whsec_" + Convert.ToBase64String(new byte[32]);

        new StandardScheme($"{other} {StandardSecret}").Refuse(Read("standard-documented"), StandardTime).ShouldBeNull();
        new StandardScheme($"{StandardSecret} {other}").Refuse(Read("standard-rotation"), StandardTime).ShouldBeNull();
        new StandardScheme(other).Refuse(Read("standard-rotation"), StandardTime).ShouldNotBeNull();
    }

    [Fact]
    public void Events_say_what_happened_and_which_delivery_it_is()
    {
        Event("github-issues-opened").ShouldBe(new HookEvent("72d3162e-cc78-11e3-81ab-4c9367dc0958", "issues"));
        Event("github-push-form").ShouldBe(new HookEvent("0b989ba4-242f-11e5-81e1-c7b6966d2516", "push"));
        Event("slack-app-mention").ShouldBe(new HookEvent("Ev123ABC456", "app_mention"));
        Event("slack-app-mention-again").ShouldBe(Event("slack-app-mention"));
        Event("slack-command").ShouldBe(new HookEvent("13345224609.738474920.8088930838d88f008e0", "/weather", IsCommand: true));
        Event("standard-invoice-paid").ShouldBe(new HookEvent("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", "invoice.paid"));
        Event("standard-documented").ShouldBe(new HookEvent("msg_p5jXN8AQM9LWM0D4loKWxJek", null));
    }

    [Fact]
    public void A_sender_that_only_asks_whether_the_hook_is_there_gets_the_answer_it_expects()
    {
        Event("github-ping").Reply.ShouldBe("pong");
        Event("slack-url-verification").Reply.ShouldBe("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P");
        Event("slack-app-rate-limited").Reply.ShouldBe("");
        Slack.Read(Form("ssl_check=1&token=x"), HookBody.Read(Form("ssl_check=1&token=x"), out _)!.Value).Reply.ShouldBe("");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"type":7,"event_id":null,"event":[]}""")]
    [InlineData("""{"type":"\ud800","event_id":"\ud800","event":{"type":"\ud800"}}""")]
    public void A_genuine_delivery_of_an_odd_shape_has_no_name_and_no_id(string body)
    {
        Slack.Read(JsonRequest(body), HookBody.Read(JsonRequest(body), out _)!.Value).ShouldBe(new HookEvent(null, null));
        Standard.Read(JsonRequest(body), HookBody.Read(JsonRequest(body), out _)!.Value).ShouldBe(new HookEvent(null, null));
    }

    private static HookEvent Event(string name)
    {
        var request = Read(name);
        return Of(name).Read(request, HookBody.Read(request, out _)!.Value);
    }

    private static IHookScheme Of(string name) => name.Split('-')[0] switch { "github" => Github, "slack" => Slack, _ => Standard };

    private static DateTimeOffset TimeOf(string name) =>
        name.StartsWith("slack-app-mention-again", StringComparison.Ordinal) ? SlackTime.AddSeconds(62) : name.StartsWith("slack", StringComparison.Ordinal) ? SlackTime : StandardTime;

    private static HookRequest Form(string body) => Request(body, ("Content-Type", "application/x-www-form-urlencoded"));

    private static HookRequest Request(string body, params (string Name, string Value)[] headers) =>
        new(headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(body));
}
