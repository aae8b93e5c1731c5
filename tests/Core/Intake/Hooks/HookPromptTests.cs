using System.Text;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Hooks;
using SparrowFunctions.Tests.Infrastructure;
using static SparrowFunctions.Tests.Core.Intake.Hooks.RecordedDelivery;

namespace SparrowFunctions.Tests.Core.Intake.Hooks;

/// <summary>What prompts recorded deliveries become.</summary>
public sealed class HookPromptTests
{
    private static readonly JobId Id = JobId.Parse("hook.x.1");

    [Theory]
    [InlineData("github-issues-opened", HookScheme.Github, GithubSecret,
        "Answer issue {{issue.number}} of {{repository.full_name}}, {{headers.x-github-event}} {{action}}.\n\n# {{issue.title}}\n\n{{issue.body|No description.}}\n\nLabels: {{issue.labels[1].name}}; milestone: {{issue.milestone.title|none}}.",
        "{{repository.full_name}}#{{issue.number}}")]
    [InlineData("github-push-form", HookScheme.Github, GithubSecret, "What does this change? {{commits[0].message}}: {{commits[0].modified}}, forced: {{forced}}", "{{repository.full_name}}")]
    [InlineData("slack-app-mention", HookScheme.Slack, SlackSecret, "{{event.text}}", "{{event.channel}} {{event.thread_ts|no thread}}")]
    [InlineData("slack-command", HookScheme.Slack, SlackSecret, "The weather in {{text}}?", "{{user_id}}")]
    [InlineData("standard-invoice-paid", HookScheme.Standard, StandardSecret, "Thank {{data.customer.name}} for {{data.amount}} ({{type}}).", "")]
    public void A_recorded_delivery_becomes_a_prompt(string name, HookScheme scheme, string secret, string prompt, string conversation)
    {
        var hook = new Hook("x", new HookOptions
        {
            Scheme = scheme,
            Secret = secret,
            Prompt = prompt,
            Conversation = conversation,
            Model = "gpt-4o",
            GizmoId = "g-1",
            CallbackUrl = "https://example.com/done",
        });
        var request = Read(name);
        var body = HookBody.Read(request, out _)!.Value;

        var asked = hook.Ask(Id, request, body, hook.Scheme.Read(request, body), out var rejection);

        rejection.ShouldBeNull();
        Golden.Match($"Core/Intake/Hooks/Golden/{name}.prompt.json", PromptWriter.Write(asked.ShouldNotBeNull()));
    }

    [Fact]
    public void Values_that_are_required_are_named_when_they_are_missing()
    {
        Ask("{{issue.title!}} {{headers.x-who!}} {{a|b}}", """{"issue":{"title":""}}""", "{{user.id!}}", out var rejection).ShouldBeNull();

        rejection!.Problems.Select(problem => problem.Field).ShouldBe(["issue.title", "headers.x-who", "user.id"]);
        rejection.Reason.ShouldStartWith("issue.title: is missing or empty, and the template of this hook requires it.");
    }

    [Fact]
    public void A_prompt_that_comes_out_empty_is_refused()
    {
        Ask(" {{text}}\n", """{"text":" "}""", "", out var rejection).ShouldBeNull();

        rejection!.Reason.ShouldBe("prompt: is empty once the template of this hook is filled in. Send what Hooks__x__Prompt names, or give the template a text of its own.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{{missing}}")]
    [InlineData(" {{missing}} ")]
    public void A_conversation_that_comes_out_empty_is_none(string conversation) => Ask("x", "{}", conversation, out _)!.Conversation.ShouldBeNull();

    [Fact]
    public void A_long_conversation_key_is_cut_and_stays_a_key_of_its_own()
    {
        var one = Ask("x", $$"""{"key":"{{new string('k', 300)}}1"}""", "{{key}}", out _)!.Conversation!;
        var other = Ask("x", $$"""{"key":"{{new string('k', 300)}}2"}""", "{{key}}", out _)!.Conversation!;
        var pairs = Ask("x", $$"""{"key":"{{string.Concat(Enumerable.Repeat("🐦", 200))}}"}""", "{{key}}", out _)!.Conversation!;

        one.Length.ShouldBe(PromptReader.MaxConversationLength);
        one.ShouldNotBe(other);
        one.ShouldBe(Ask("x", $$"""{"key":"{{new string('k', 300)}}1"}""", "{{key}}", out _)!.Conversation);
        pairs.Length.ShouldBeLessThanOrEqualTo(PromptReader.MaxConversationLength);
        Should.NotThrow(() => new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(pairs));
        Ask("x", $$"""{"key":"{{new string('k', 256)}}"}""", "{{key}}", out _)!.Conversation.ShouldBe(new string('k', 256));
    }

    [Fact]
    public void What_a_hook_does_not_set_is_left_to_the_app()
    {
        var prompt = Ask("x", "{}", "", out _)!;

        (prompt.Model, prompt.GizmoId, prompt.CallbackUrl).ShouldBe((null, null, null));
        prompt.Metadata!.Value.GetRawText().ShouldBe("""{"hook":"x"}""");
    }

    private static Prompt? Ask(string prompt, string body, string conversation, out Rejection? rejection)
    {
        var hook = new Hook("x", new HookOptions { Scheme = HookScheme.None, Prompt = prompt, Conversation = conversation });
        var request = JsonRequest(body);
        return hook.Ask(Id, request, HookBody.Read(request, out _)!.Value, new HookEvent(null, null), out rejection);
    }
}
