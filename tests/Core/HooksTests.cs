using System.Text;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.Jobs;
using SparrowFunctions.Tests.Core.Intake.Hooks;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>Deliveries to hooks on real storage: which become a job, and that they become one only.</summary>
public sealed class HooksTests(AzuriteFixture azurite)
{
    private const string Delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
    private const string JobOfDelivery = $"hook.issues.{Delivery}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delivery_becomes_a_job_that_runs()
    {
        await using var pipeline = await StartAsync();

        var outcome = await ReceiveAsync(pipeline, "issues", RecordedDelivery.Read("github-issues-opened"));

        outcome.ShouldBe(new HookOutcome.Accepted(Intake(JobOfDelivery), JobState.Queued, "octo-org/hello-world#1347", IsCommand: false));
        await pipeline.RunUntilEndedAsync(JobOfDelivery);
        var result = await pipeline.ResultAsync($"{JobOfDelivery}/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("answer").GetString().ShouldNotBeNull().ShouldContain("Upload stops at 99 % — 上传卡住 🐞");
        result.GetProperty("conversation").GetString().ShouldBe("octo-org/hello-world#1347");
        result.GetProperty("metadata").EnumerateObject().Select(field => $"{field.Name} {field.Value}").ShouldBe(["hook issues", "event issues", $"delivery {Delivery}"]);
        (await pipeline.JobAsync(JobOfDelivery))!.Source.ShouldBe("hook/issues");
    }

    [Fact]
    public async Task A_delivery_that_comes_again_makes_no_second_job()
    {
        await using var pipeline = await StartAsync();
        var first = await ReceiveAsync(pipeline, "issues", RecordedDelivery.Read("github-issues-opened"));

        var again = await ReceiveAsync(pipeline, "ISSUES", RecordedDelivery.Read("github-issues-opened"));
        await pipeline.RunUntilEndedAsync(JobOfDelivery);
        var late = await ReceiveAsync(pipeline, "issues", RecordedDelivery.Read("github-issues-opened"));
        await pipeline.RunForAsync(TimeSpan.FromMinutes(5));

        again.ShouldBe(first);
        late.ShouldBe((HookOutcome.Accepted)first with { State = JobState.Succeeded });
        (await pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_delivery_that_comes_again_after_the_settings_changed_is_still_the_same()
    {
        await using var pipeline = await StartAsync();
        await ReceiveAsync(pipeline, "issues", RecordedDelivery.Read("github-issues-opened"));
        await using var changed = await pipeline.AnotherAsync(
            [.. Settings.Where(setting => setting.Setting != "Hooks__issues__Prompt"), ("Hooks__issues__Prompt", "Something else: {{issue.title}}")]);

        (await ReceiveAsync(changed, "issues", RecordedDelivery.Read("github-issues-opened"))).ShouldBeOfType<HookOutcome.Accepted>().Id.ToString().ShouldBe(JobOfDelivery);
    }

    [Fact]
    public async Task Slacks_second_try_makes_no_second_job()
    {
        await using var pipeline = await StartAsync();
        pipeline.Time.AdjustTime(RecordedDelivery.SlackTime);
        await ReceiveAsync(pipeline, "chat", RecordedDelivery.Read("slack-app-mention"));

        pipeline.Time.AdjustTime(RecordedDelivery.SlackTime.AddSeconds(62));
        var again = await ReceiveAsync(pipeline, "chat", RecordedDelivery.Read("slack-app-mention-again"));

        again.ShouldBeOfType<HookOutcome.Accepted>().Id.ToString().ShouldBe("hook.chat.Ev123ABC456");
        await pipeline.RunUntilEndedAsync("hook.chat.Ev123ABC456");
        (await pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_event_at_two_hooks_is_two_jobs()
    {
        await using var pipeline = await StartAsync(("Hooks__issues-2__Scheme", "github"), ("Hooks__issues-2__Secret", RecordedDelivery.GithubSecret), ("Hooks__issues-2__Prompt", "{{issue.title}}"));

        var one = await ReceiveAsync(pipeline, "issues", RecordedDelivery.Read("github-issues-opened"));
        var other = await ReceiveAsync(pipeline, "issues-2", RecordedDelivery.Read("github-issues-opened"));

        other.ShouldBeOfType<HookOutcome.Accepted>().Id.ShouldNotBe(((HookOutcome.Accepted)one).Id);
    }

    [Fact]
    public async Task Without_any_id_each_delivery_is_a_job_of_its_own()
    {
        await using var pipeline = await StartAsync();

        var one = await ReceiveAsync(pipeline, "open", RecordedDelivery.JsonRequest("""{"x":"tick"}"""));
        var other = await ReceiveAsync(pipeline, "open", RecordedDelivery.JsonRequest("""{"x":"tick"}"""));

        other.ShouldBeOfType<HookOutcome.Accepted>().Id.ShouldNotBe(((HookOutcome.Accepted)one).Id);
    }

    [Fact]
    public async Task An_idempotency_key_stands_for_the_id_and_for_one_content_only()
    {
        await using var pipeline = await StartAsync();
        var request = RecordedDelivery.JsonRequest("""{"x":"tick"}""").WithHeader("Idempotency-Key", "\"run 7\"");

        var one = await ReceiveAsync(pipeline, "open", request);
        var again = await ReceiveAsync(pipeline, "open", request.WithHeader("Idempotency-Key", "run 7"));
        var other = await ReceiveAsync(pipeline, "open", request with { Body = RecordedDelivery.JsonRequest("""{"x":"tock"}""").Body });

        again.ShouldBe(one.ShouldBeOfType<HookOutcome.Accepted>());
        other.ShouldBeOfType<HookOutcome.Refused>().ShouldSatisfyAllConditions(
            refused => refused.Status.ShouldBe(422),
            refused => refused.Reason.ShouldContain("is the job of another delivery. Repeat a delivery unchanged"));
    }

    [Fact]
    public async Task A_job_of_another_entrance_with_that_id_is_not_taken_for_it()
    {
        await using var pipeline = await StartAsync();
        await pipeline.RunAsync($$"""{"id":"{{JobOfDelivery}}","prompt":"Another"}""");

        (await ReceiveAsync(pipeline, "issues", RecordedDelivery.Read("github-issues-opened"))).ShouldBeOfType<HookOutcome.Refused>().Status.ShouldBe(422);
    }

    [Fact]
    public async Task A_job_whose_message_was_never_sent_is_sent_by_the_repetition()
    {
        await using var pipeline = await StartAsync();
        pipeline.Storage.Before = request =>
        {
            pipeline.Storage.IsCut = request.Uri.AbsolutePath.EndsWith("/work/messages", StringComparison.Ordinal);
            return Task.CompletedTask;
        };
        await Should.ThrowAsync<Azure.RequestFailedException>(() => ReceiveAsync(pipeline, "issues", RecordedDelivery.Read("github-issues-opened")));
        pipeline.Storage.Before = null;
        pipeline.Storage.IsCut = false;
        (await pipeline.JobAsync(JobOfDelivery))!.State.ShouldBe(JobState.Queued);

        await ReceiveAsync(pipeline, "issues", RecordedDelivery.Read("github-issues-opened"));

        (await pipeline.RunUntilEndedAsync(JobOfDelivery)).State.ShouldBe(JobState.Succeeded);
    }

    [Theory]
    [InlineData("nobody", "github-issues-opened", 404, "There is no hook of this name.")]
    [InlineData("issues", "slack-app-mention", 401, "The signature is missing or wrong. Sign the body as scheme github says")]
    [InlineData("chat", "github-issues-opened", 401, "The signature is missing or wrong. Sign the body as scheme slack says")]
    [InlineData("chat", "slack-app-mention", 401, "X-Slack-Request-Timestamp is more than 5 minutes ago.")]
    [InlineData("invoices", "standard-invoice-paid", 401, "webhook-timestamp is more than 5 minutes ago.")]
    public async Task What_is_not_genuine_and_fresh_makes_no_job(string hook, string delivery, int status, string reason)
    {
        await using var pipeline = await StartAsync();

        var outcome = await ReceiveAsync(pipeline, hook, RecordedDelivery.Read(delivery));

        outcome.ShouldBeOfType<HookOutcome.Refused>().ShouldSatisfyAllConditions(
            refused => refused.Status.ShouldBe(status),
            refused => refused.Reason.ShouldStartWith(reason));
        NoJob(pipeline);
    }

    [Theory]
    [InlineData("{{{", 400, "The body is not JSON: line 1, byte 2.")]
    [InlineData("""{"y":1}""", 422, "x: is missing or empty, and the template of this hook requires it.")]
    public async Task What_can_not_become_a_prompt_makes_no_job(string body, int status, string reason)
    {
        await using var pipeline = await StartAsync();

        (await ReceiveAsync(pipeline, "open", RecordedDelivery.JsonRequest(body))).ShouldBeOfType<HookOutcome.Refused>().ShouldSatisfyAllConditions(
            refused => refused.Status.ShouldBe(status),
            refused => refused.Reason.ShouldStartWith(reason));
        NoJob(pipeline);
    }

    [Fact]
    public async Task A_signature_is_looked_at_before_the_body_is_read()
    {
        await using var pipeline = await StartAsync();

        (await ReceiveAsync(pipeline, "issues", new HookRequest(new Dictionary<string, string>(), Encoding.UTF8.GetBytes("{{{"))))
            .ShouldBeOfType<HookOutcome.Refused>().Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("issues", "github-ping", "pong")]
    [InlineData("chat", "slack-url-verification", "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P")]
    [InlineData("chat", "slack-app-rate-limited", "")]
    public async Task A_sender_that_only_asks_whether_the_hook_is_there_makes_no_job(string hook, string delivery, string reply)
    {
        await using var pipeline = await StartAsync();
        pipeline.Time.AdjustTime(RecordedDelivery.SlackTime);

        (await ReceiveAsync(pipeline, hook, RecordedDelivery.Read(delivery))).ShouldBe(new HookOutcome.Answered(reply));
        NoJob(pipeline);
    }

    private static (string Setting, string Value)[] Settings { get; } =
    [
        ("Hooks__issues__Scheme", "github"), ("Hooks__issues__Secret", RecordedDelivery.GithubSecret),
        ("Hooks__issues__Prompt", "Answer: {{issue.title!}}"), ("Hooks__issues__Conversation", "{{repository.full_name}}#{{issue.number}}"),
        ("Hooks__chat__Scheme", "slack"), ("Hooks__chat__Secret", RecordedDelivery.SlackSecret), ("Hooks__chat__Prompt", "{{event.text}}"),
        ("Hooks__invoices__Scheme", "standard"), ("Hooks__invoices__Secret", RecordedDelivery.StandardSecret), ("Hooks__invoices__Prompt", "{{data.customer.name}}"),
        ("Hooks__open__Scheme", "none"), ("Hooks__open__Prompt", "{{x!}}"),
    ];

    private static SparrowFunctions.Intake.JobId Intake(string id) => SparrowFunctions.Intake.JobId.Parse(id);

    private static Task<HookOutcome> ReceiveAsync(Pipeline pipeline, string hook, HookRequest request) => pipeline.Get<SparrowFunctions.Hooks>().ReceiveAsync(hook, request, Cancel);

    private static void NoJob(Pipeline pipeline)
    {
        pipeline.Storage.Requests.Where(request => request.Method == "POST" && (request.Uri.AbsolutePath.EndsWith("/jobs", StringComparison.Ordinal) || request.Uri.AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal)) && !request.WritesWorker).ShouldBeEmpty();
        pipeline.Work.All.ShouldBeEmpty();
    }

    private Task<Pipeline> StartAsync(params (string Setting, string Value)[] more) => Pipeline.StartAsync(azurite, [.. Settings, .. more]);
}
