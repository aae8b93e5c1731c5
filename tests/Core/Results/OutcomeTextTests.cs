using SparrowFunctions.Files;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Results;

namespace SparrowFunctions.Tests.Core.Results;

/// <summary>What lies beside a dropped file.</summary>
public sealed class OutcomeTextTests
{
    private static readonly DropSource Source = new("a/report (1).pdf", "\"1\"", default);

    [Theory]
    [InlineData("See [chart](files/my%20chart.png).", "See [chart](report%20%281%29.pdf.files/my%20chart.png).")]
    [InlineData("![x]( files/my%20chart.png \"title\")", "![x]( report%20%281%29.pdf.files/my%20chart.png \"title\")")]
    [InlineData("<files/my%20chart.png>", "<report%20%281%29.pdf.files/my%20chart.png>")]
    [InlineData("[1]: files/my%20chart.png", "[1]: report%20%281%29.pdf.files/my%20chart.png")]
    [InlineData("the text files/my%20chart.png, and [other](files/other.png)", "the text files/my%20chart.png, and [other](files/other.png)")]
    public void Links_to_saved_files_lead_to_the_files_folder_beside_the_page(string answer, string expected)
    {
        var relinked = OutcomeText.Relinked(Document(answer), "drop/a/report (1).pdf");

        relinked.Answer.ShouldBe(expected);
        relinked.Files.ShouldHaveSingleItem().Url.ShouldBe("report%20%281%29.pdf.files/my%20chart.png");
        OutcomeText.Page(relinked, Source).ShouldBe(expected);
    }

    [Fact]
    public void An_answer_of_files_only_lists_them() =>
        OutcomeText.Page(OutcomeText.Relinked(Document(null), "drop/a/x"), Source).ShouldBe("The answer has no text, only files:\n\n- [my chart.png](x.files/my%20chart.png)\n");

    [Theory]
    [InlineData("failed", "rejected", 0, "looks again by itself")]
    [InlineData("failed", "rejected", 1, "then drop the file again")]
    [InlineData("failed", "transient", 12, "POST /api/jobs/drop-1/retry, or drop the file again")]
    [InlineData("cancelled", null, 0, "Somebody called it off")]
    [InlineData("unknown", "ambiguous", 1, "may have been made and paid for")]
    public void A_page_without_an_answer_says_why_and_what_to_do(string state, string? kind, int attempts, string expected)
    {
        var page = OutcomeText.Page(
            new JobDocument
            {
                Id = "drop-1",
                State = state,
                Kind = kind,
                Reason = "the reason",
                PossiblyBilled = attempts,
                Attempts = [.. Enumerable.Range(1, attempts).Select(n => new AttemptDocument(n, default, null, null, null, null, PossiblyBilled: true))],
            },
            Source);

        page.ShouldStartWith("# a/report \\(1\\).pdf was not analysed\n\n**Why:** the reason\n\n**What to do:** ");
        page.ShouldContain(expected);
        page.Contains("may have cost points", StringComparison.Ordinal).ShouldBe(attempts > 0);
    }

    [Fact]
    public void A_folder_is_told_to_be_marked_again() =>
        OutcomeText.Page(new JobDocument { Id = "drop-1", State = "failed", Kind = "transient", Reason = "x" }, Source with { Path = "case/_ready" })
            .ShouldSatisfyAllConditions(page => page.ShouldStartWith("# case/ was not"), page => page.ShouldContain("write _ready again"));

    private static JobDocument Document(string? answer) => new()
    {
        Id = "drop-1",
        State = "succeeded",
        Answer = answer,
        Files = [new ResultFile("my chart.png", 1, "00", "image/png", "downloads[0]", "files/my%20chart.png")],
    };
}
