using SparrowFunctions.Intake.Dropped;

namespace SparrowFunctions.Tests.Core.Intake.Dropped;

/// <summary>Names in container drop.</summary>
public sealed class DropPathTests
{
    [Theory]
    [InlineData("a.txt", "_prompt.md")]
    [InlineData("a/b/c.txt", "a/b/_prompt.md a/_prompt.md _prompt.md")]
    public void A_prompt_is_looked_for_in_the_files_folder_and_then_upwards(string name, string expected) =>
        string.Join(' ', DropPath.PromptFiles(DropPath.Folder(name))).ShouldBe(expected);

    [Theory]
    [InlineData("a/b.txt", "drop/a/b.txt")]
    [InlineData("files/b", "drop/files/b")]
    [InlineData("orders/17/_ready", "drop/orders/17")]
    [InlineData("_ready", "drop/_ready")]
    public void The_outcome_lies_beside_the_path_and_that_of_a_marker_beside_its_folder(string name, string outcome) => DropPath.Outcome(name).ShouldBe(outcome);

    [Theory]
    [InlineData("_prompt.md", true)]
    [InlineData("a/.hidden", true)]
    [InlineData("a/_note.txt", true)]
    [InlineData("a/_ready", true)]
    [InlineData("folder/", true)]
    [InlineData("_folder/a.txt", false)]
    [InlineData("a_b.txt", false)]
    public void Names_that_begin_with_an_underscore_or_a_dot_are_passed_over(string name, bool passedOver) => DropPath.IsPassedOver(name).ShouldBe(passedOver);

    [Theory]
    [InlineData("a/../b.txt")]
    [InlineData("./a.txt")]
    [InlineData("..")]
    [InlineData("a//b.txt")]
    [InlineData("/a.txt")]
    [InlineData("a\\b.txt")]
    [InlineData("a\nb.txt")]
    public void A_name_that_no_client_can_address_is_refused_with_what_to_do(string name) => DropPath.Problem(name).ShouldNotBeNull().ShouldContain("Rename the file.");

    [Fact]
    public void A_name_is_refused_when_those_of_its_outcome_would_be_too_long()
    {
        DropPath.Problem(new string('x', DropPath.MaxLength)).ShouldBeNull();
        DropPath.Problem(new string('x', DropPath.MaxLength + 1)).ShouldNotBeNull().ShouldContain("801 characters");
    }

    [Theory]
    [InlineData("plain.txt")]
    [InlineData("a/trailing dot.")]
    [InlineData("100%&#+?\"'.txt")]
    [InlineData("合同/报告 (终稿).txt")]
    [InlineData("emoji 🎉/🧾.pdf")]
    [InlineData("a..b/...c.txt")]
    public void Any_other_name_is_taken(string name) => DropPath.Problem(name).ShouldBeNull();

    [Fact]
    public void Files_under_a_nearer_prompt_do_not_belong_to_the_folder()
    {
        DroppedFile[] below = [.. new[] { "case/b.txt", "case/_prompt.md", "case/sub/a.txt", "case/other/_prompt.md", "case/other/x.txt", "case/other/deep/y.txt", "case/.hidden", "case/_ready" }
            .Select(name => new DroppedFile(name, "\"1\"", default, 1, null, IsFolder: false))];

        DropPath.Together("case/", below).Select(file => file.Name).ShouldBe(["case/b.txt", "case/sub/a.txt"]);
    }

    [Fact]
    public void Path_and_version_make_the_id_and_nothing_else_does()
    {
        var id = DroppedFile.IdOf("a.txt", "\"1\"");

        id.ToString().ShouldMatch("^drop-[0-9a-f]{32}$");
        DroppedFile.IdOf("a.txt", "\"1\"").ShouldBe(id);
        DroppedFile.IdOf("a.txt", "\"2\"").ShouldNotBe(id);
        DroppedFile.IdOf("b.txt", "\"1\"").ShouldNotBe(id);
        new DroppedFile("a.txt", "\"1\"", default, 5, "text/plain", IsFolder: false).Id.ShouldBe(id);
    }
}
