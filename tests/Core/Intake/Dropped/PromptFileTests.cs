using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Dropped;

namespace SparrowFunctions.Tests.Core.Intake.Dropped;

/// <summary>_prompt.md: text and front matter.</summary>
public sealed class PromptFileTests
{
    [Theory]
    [InlineData("What is it?")]
    [InlineData("\uFEFFWhat is it?\r\n")]
    [InlineData("---\n---\nWhat is it?")]
    [InlineData("---\r\n# nothing set\r\n---\r\n\r\nWhat is it?\r\n")]
    [InlineData("---\nprompt: What is it?\n---\n")]
    public void The_text_is_the_prompt(string file)
    {
        var read = Read(file);

        read.ShouldBe(new DropInstructions(new Prompt { Text = "What is it?", Files = read.Prompt.Files }, Together: false));
        read.Prompt.Files.ShouldBeEmpty();
    }

    [Fact]
    public void A_line_of_dashes_further_down_is_part_of_the_text() => Read("Before\n---\nAfter").Prompt.Text.ShouldBe("Before\n---\nAfter");

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("---\nmodel: gpt-4o\n---\n")]
    public void Without_a_text_the_apps_own_prompt_is_left_to_be_asked(string file) => Read(file).Prompt.Text.ShouldBeNull();

    [Fact]
    public void Front_matter_holds_the_fields_of_a_prompt()
    {
        var prompt = Read("""
            ---
            conversation: invoices 2026
            turn: 3
            model: "gpt-4o"
            gizmoId: g-1
            mode: concurrent
            wantFiles: false
            notBefore: 2026-11-23T10:00:00Z
            callback: {url: "https://example.com/hook"}
            files: [payloads/style.md]
            metadata:
              customer: 42
              article: 007
              tags: [a, "1", null, true]
            extra:
              temperature: 0.5
            ---
            Check it.
            """).Prompt;

        (prompt.Text, prompt.Conversation, prompt.Turn, prompt.Model, prompt.GizmoId, prompt.Mode).ShouldBe(("Check it.", "invoices 2026", 3, "gpt-4o", "g-1", "concurrent"));
        (prompt.WantFiles, prompt.NotBefore, prompt.CallbackUrl).ShouldBe((false, new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), "https://example.com/hook"));
        prompt.Files.ShouldBe([new BlobPath("payloads", "style.md")]);
        prompt.Metadata!.Value.GetRawText().ShouldBe("""{"customer":42,"article":"007","tags":["a","1",null,true]}""");
        prompt.Extra!.Value.GetRawText().ShouldBe("""{"temperature":0.5}""");
    }

    [Fact]
    public void Files_that_belong_together_are_told_by_a_field_of_their_own() => Read("---\ntogether: true\n---\nCompare them.").Together.ShouldBeTrue();

    [Theory]
    [InlineData("colour: red", "colour: is not a field of a prompt.")]
    [InlineData("Model: gpt-4", "Model: is not a field of a prompt. Write it model.")]
    [InlineData("conversation: 42", "conversation: must be a string, not a number. Send it in double quotes.")]
    [InlineData("turn: x", "turn: must be a whole number from 1 up, not a string.")]
    [InlineData("turn: 1", "turn: is given without a conversation.")]
    [InlineData("metadata: x", "metadata: must be an object, not a string.")]
    [InlineData("wantFiles: \"yes\"", "wantFiles: must be true or false, not a string. Send it without quotes.")]
    [InlineData("together: maybe", "together: must be true or false. Send it without quotes.")]
    [InlineData("mode: fast", "mode: is not a mode.")]
    [InlineData("mode: free", "mode: is free, in which no files can be attached.")]
    [InlineData("id: mine", "id: can't be set for dropped files")]
    [InlineData("promptBlob: payloads/x", "promptBlob: has no place here")]
    [InlineData("messages: [{role: user, content: x}]", "messages: has no place here")]
    [InlineData("prompt: twice", "prompt: stands in the front matter although there is a text below it. Keep one of them.")]
    [InlineData("files: x", "files: must be a list, not a string.")]
    [InlineData("- a\n- b", "The front matter holds no fields.")]
    [InlineData("model: gpt-4\nmodel: gpt-5", "The front matter has a field twice: line 3, column 1.")]
    [InlineData("a: &x [1]\nb: *x", "The front matter holds an anchor or a tag, which no field needs: line 2")]
    [InlineData("a: *x", "The front matter holds an alias, which no field needs: line 2")]
    [InlineData("a: !!str x", "The front matter holds an anchor or a tag")]
    [InlineData("[a, b]: x", "The front matter has a field whose name is no text")]
    [InlineData("note: a: b", "The front matter is not YAML: line 2")]
    [InlineData("metadata: {a: 1", "The front matter is not YAML: line")]
    public void What_is_wrong_is_said_in_the_words_of_a_prompt(string yaml, string reason) => Rejected($"---\n{yaml}\n---\nCheck it.").ShouldContain(reason);

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        Rejected("---\nid: x\ncolour: red\nturn: 0\n---\nCheck it.").ShouldSatisfyAllConditions(
            reason => reason.ShouldContain("id: "), reason => reason.ShouldContain("colour: "), reason => reason.ShouldContain("turn: "));

    [Fact]
    public void Front_matter_without_an_end_is_refused() => Rejected("---\nmodel: gpt-4\nCheck it.").ShouldContain("The front matter does not end.");

    [Fact]
    public void Nesting_has_an_end() => Rejected($"---\nmetadata: {new string('[', 2000)}\n---\nx").ShouldContain("The front matter is nested too deeply");

    private static DropInstructions Read(string file)
    {
        var read = PromptFile.Read(file, out var rejection);
        rejection.ShouldBeNull(rejection?.Reason);
        return read.ShouldNotBeNull();
    }

    private static string Rejected(string file)
    {
        PromptFile.Read(file, out var rejection).ShouldBeNull();
        return rejection.ShouldNotBeNull().Reason;
    }
}
