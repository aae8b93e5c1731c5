using System.Text;
using System.Text.Json;
using CsCheck;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Hooks.Templates;
using static SparrowFunctions.Tests.Core.Intake.Hooks.RecordedDelivery;

namespace SparrowFunctions.Tests.Core.Intake.Hooks;

public sealed class TemplateTests
{
    private const string Body = """
        {"issue":{"title":"Broken","number":7,"open":true,"closed":false,"size":1.50e3,"body":null,"empty":"","labels":["bug","ü"],"user":{ "name" : "Zoë" }},
         "commits":[{"message":"first"},{"message":"second"}],"a.b":{"c d":"dotted"},"it's":"apostrophe","headers":{"x":"of the body"},"用户":"客户","grid":[[1,2],[3,4]],"x-y":"dash","braces":"{{issue.title}}"}
        """;

    private static readonly Gen<string> AnyText = Gen.OneOf(Gen.String, Const("{{", "}}", "\\{{", "|", "!", "{{issue.title}}", "headers.", "客户", "a", " ", "🐦", "[0]", "'", "\""));

    [Theory]
    [InlineData("no placeholder { } }} \\ $", "no placeholder { } }} \\ $")]
    [InlineData("{{issue.title}}", "Broken")]
    [InlineData("<{{ issue.title }}>", "<Broken>")]
    [InlineData("{{issue.number}} {{issue.open}} {{issue.closed}} {{issue.size}}", "7 true false 1.50e3")]
    [InlineData("{{commits[0].message}}, {{commits[1].message}}", "first, second")]
    [InlineData("{{grid[1][0]}}", "3")]
    [InlineData("{{issue.labels}} {{issue.user}}", """["bug","ü"] {"name":"Zoë"}""")]
    [InlineData("{{['a.b'][\"c d\"]}} {{[\"it's\"]}}", "dotted apostrophe")]
    [InlineData("{{用户}} {{x-y}}", "客户 dash")]
    [InlineData("{{headers.x-github-event}} {{headers.X-GitHub-Event}}", "issues issues")]
    [InlineData("{{$.headers.x}} {{$['headers'].x}} {{$.issue.title}}", "of the body of the body Broken")]
    [InlineData("[{{issue.missing}}{{issue.body}}{{issue.empty}}{{missing.deeper[3].x}}{{issue.title.deeper}}{{commits[2]}}{{commits.message}}{{issue[0]}}]", "[]")]
    [InlineData("{{issue.body|no description}} {{issue.empty| }} {{issue.title|unused}} {{headers.x-none|-}}", "no description   Broken -")]
    [InlineData("{{issue.title!}} {{ issue.number ! }}", "Broken 7")]
    [InlineData("{{issue.body|a | b ! { }}", "a | b ! { ")]
    [InlineData("\\{{issue.title}} \\\\{{ {{issue.title}}", "{{issue.title}} \\{{ Broken")]
    [InlineData("{{braces}} and {{issue.body|\\{{x}}", "{{issue.title}} and \\{{x")]
    public void A_template_is_filled_in(string template, string text) => Render(template, Body).ShouldBe(text);

    [Theory]
    [InlineData("abc {{issue.title", 5, "{{ has no }} after it.", "Close the placeholder, or write \\{{ for two braces.")]
    [InlineData("abc {{}}", 7, "The placeholder is empty.", "Write a path into the body, for example {{issue.title}}, or {{$}} for the whole body.")]
    [InlineData("{{ }}", 4, "The placeholder is empty.", "Write a path")]
    [InlineData("{{|x}}", 3, "The placeholder is empty.", "Write a path")]
    [InlineData("{{issue..title}}", 9, "A name is missing in the path.", "Write for example issue.title")]
    [InlineData("{{issue.}}", 9, "A name is missing in the path.", "Write for example issue.title")]
    [InlineData("{{.issue}}", 3, "A name is missing in the path.", "Write for example issue.title")]
    [InlineData("{{a.['x']}}", 5, "A name is missing in the path.", "Write for example issue.title")]
    [InlineData("{{issue title}}", 8, "' ' can't stand in a path here.", "Join names by dots")]
    [InlineData("{{a[0]b}}", 7, "'b' can't stand in a path here.", "Join names by dots")]
    [InlineData("{{a[x]}}", 4, "The brackets hold no number and no name in quotes.", "Write [0] for the first item, or ['the name'].")]
    [InlineData("{{a[-1]}}", 4, "The brackets hold no number", "Write [0]")]
    [InlineData("{{a[0}}", 4, "The brackets hold no number", "Write [0]")]
    [InlineData("{{a['b}}", 4, "The brackets hold no number", "Write [0]")]
    [InlineData("{{a[99999999999]}}", 4, "The brackets hold no number", "Write [0]")]
    [InlineData("{{a!|x}}", 4, "A placeholder has both ! and a text after |.", "Keep one")]
    [InlineData("{{headers.}}", 11, "After headers. no name of a header follows.", "Write for example headers.x-github-event")]
    [InlineData("{{headers.a.b}}", 11, "After headers. no name of a header follows.", "Write for example headers.x-github-event")]
    [InlineData("{{headers.Authorization}}", 11, "The header Authorization holds a secret, which may not be sent on.", "Name another header.")]
    [InlineData("{{headers.x-functions-key}}", 11, "The header x-functions-key holds a secret", "Name another header.")]
    [InlineData("{{{issue}}}", 3, "A name is missing in the path.", "Write for example issue.title")]
    public void What_is_no_template_is_told_with_its_place_and_a_remedy(string text, int position, string problem, string remedy)
    {
        Template.TryParse(text, out var template, out var wrong).ShouldBeFalse();

        template.ShouldBeNull();
        wrong.Position.ShouldBe(position);
        wrong.Problem.ShouldStartWith(problem);
        wrong.Remedy.ShouldStartWith(remedy);
    }

    [Fact]
    public void The_whole_body_can_be_put_in() => Render("{{$}}", """{ "a" : [ 1, "é<>&" ] }""").ShouldBe("""{"a":[1,"é<>&"]}""");

    [Fact]
    public void A_body_can_be_a_list() => Render("{{[1].x}} {{$[0].x}}", """[{"x":1},{"x":2}]""").ShouldBe("2 1");

    [Theory]
    [InlineData("""{"x":"\ud800"}""", "{{x}}")]
    [InlineData("""{"x":["\udc00"]}""", "{{x}}")]
    [InlineData("""{"x":{"\ud800":1}}""", "{{$}}")]
    public void Half_a_character_is_told_and_not_put_in(string body, string template)
    {
        var problems = new List<FieldProblem>();
        Template.Parse(template).Render(new TemplateValues(JsonRequest(body), JsonElement.Parse(body)), problems);

        problems.ShouldHaveSingleItem().Problem.ShouldContain("no text");
    }

    [Fact]
    public void Half_a_character_elsewhere_in_the_body_does_no_harm() => Render("{{y}}", """{"\ud800":1,"x":"\udc00","y":"fine"}""").ShouldBe("fine");

    [Fact]
    public void A_long_value_is_cut_with_a_mark_and_the_rest_of_the_template_stays()
    {
        var text = Render("<{{x}}>", $$"""{"x":"{{new string('v', Template.MaxValueLength + 10)}}"}""");

        text.ShouldBe($"<{new string('v', Template.MaxValueLength)}… [cut: 65536 of 65546 characters]>");
        Render("{{x}}", $$"""{"x":"{{new string('v', Template.MaxValueLength)}}"}""").Length.ShouldBe(Template.MaxValueLength);
    }

    [Fact]
    public void A_long_whole_is_cut_with_a_mark()
    {
        var value = new string('v', 60_000);
        var text = Render("{{x}}{{x}}{{x}}", $$"""{"x":"{{value}}"}""");

        text.ShouldBe(new string('v', Template.MaxLength) + "… [cut: 131072 of 180000 characters]");
    }

    [Fact]
    public void A_cut_never_tears_a_character_apart()
    {
        var text = Render("{{x}}", $$"""{"x":"a{{string.Concat(Enumerable.Repeat("🐦", Template.MaxValueLength))}}"}""");

        Should.NotThrow(() => new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text));
        text.ShouldContain("… [cut: ");
    }

    [Fact]
    public void Any_text_is_a_template_or_told_as_wrong_within_its_bounds() => Gen.Select(AnyText.Array[0, 8], parts => string.Concat(parts)).Sample(text =>
    {
        if (Template.TryParse(text, out var template, out var problem))
            _ = template.Render(new TemplateValues(JsonRequest(Body), JsonElement.Parse(Body)), []);
        else
            problem.Position.ShouldBeInRange(1, text.Length + 1);
    });

    [Fact]
    public void Any_value_comes_through_as_it_is_and_is_never_a_template() => AnyText.Array[0, 6].Select(parts => string.Concat(parts)).Where(IsUnicode).Sample(value =>
    {
        var body = JsonSerializer.Serialize(new Dictionary<string, object> { ["x"] = value, ["issue"] = new { title = "INNER" }, ["name " + value] = "named" });

        Render("<{{x}}>", body).ShouldBe($"<{value}>");
        if (value.Length > 0)
            Render("{{x|missing}}", body).ShouldBe(value);
    });

    [Fact]
    public void Any_text_without_braces_stands_for_itself_also_in_place_of_a_missing_value() =>
        AnyText.Where(text => !text.Contains('{', StringComparison.Ordinal) && !text.Contains('}', StringComparison.Ordinal)).Sample(text =>
        {
            Render(text, "{}").ShouldBe(text);
            Render($"{{{{missing|{text}}}}}", "{}").ShouldBe(text);
        });

    [Fact]
    public void Any_name_can_be_written_in_quotes() =>
        AnyText.Where(name => IsUnicode(name) && !name.Contains('\'', StringComparison.Ordinal) && !name.Contains("}}", StringComparison.Ordinal) && !name.EndsWith('}')).Sample(name =>
            Render($"{{{{['{name}']}}}}", JsonSerializer.Serialize(new Dictionary<string, string> { [name] = "found" })).ShouldBe("found"));

    private static Gen<string> Const(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static bool IsUnicode(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsSurrogate(text[at]) && (at + 1 == text.Length || !char.IsSurrogatePair(text, at++)))
                return false;
        }

        return true;
    }

    private static string Render(string template, string body)
    {
        var problems = new List<FieldProblem>();
        var request = JsonRequest(body).WithHeader("X-GitHub-Event", "issues");
        var text = Template.Parse(template).Render(new TemplateValues(request, JsonElement.Parse(body)), problems);
        problems.ShouldBeEmpty();
        return text;
    }
}
