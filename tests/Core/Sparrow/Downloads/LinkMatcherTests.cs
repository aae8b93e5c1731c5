using CsCheck;
using SparrowFunctions.Sparrow.Downloads;

namespace SparrowFunctions.Tests.Core.Sparrow.Downloads;

public sealed class LinkMatcherTests
{
    private static readonly SavedFile Csv = File("x.csv");
    private static readonly SavedFile Chart = File("my chart (1).png");
    private static readonly SavedFile Chinese = File("报告.csv");
    private static readonly SavedFile Image = new("https://files.example/file-ABC?se=1&amp;sig=2", "cat.webp", "files/cat.webp");

    private static readonly SavedFile[] All = [Csv, Chart, Chinese, Image];

    [Fact]
    public void A_name_that_kept_an_encoding_is_matched_after_those_that_did_not()
    {
        SavedFile[] files = [File("my%20x.csv"), File("my x.csv")];

        LinkMatcher.Rewrite("[a](sandbox:/mnt/data/my x.csv) [b](sandbox:/mnt/other/my x.csv)", files).Text
            .ShouldBe("[a](files/my%20x.csv) [b](files/my%2520x.csv)");
    }

    [Theory]
    [InlineData("[x](sandbox:/mnt/data/x.csv)", "[x](files/x.csv)")]
    [InlineData("![x](sandbox:/mnt/data/x.csv \"title\")", "![x](files/x.csv \"title\")")]
    [InlineData("[x]( sandbox:/mnt/data/x.csv )", "[x]( files/x.csv )")]
    [InlineData("[x](<sandbox:/mnt/data/my chart (1).png>)", "[x](files/my%20chart%20%281%29.png)")]
    [InlineData("[x](sandbox:/mnt/data/my chart (1).png) (see)", "[x](files/my%20chart%20%281%29.png) (see)")]
    [InlineData("[x](sandbox:/mnt/data/my%20chart%20(1).png)", "[x](files/my%20chart%20%281%29.png)")]
    [InlineData("[x](sandbox:/mnt/data/报告.csv)", "[x](files/%E6%8A%A5%E5%91%8A.csv)")]
    [InlineData("[x](sandbox:/mnt/data/%E6%8A%A5%E5%91%8A.csv)", "[x](files/%E6%8A%A5%E5%91%8A.csv)")]
    [InlineData("[x](sandbox:/mnt/data/X.CSV)", "[x](files/x.csv)")]
    [InlineData("<sandbox:/mnt/data/x.csv>", "<files/x.csv>")]
    [InlineData("see [x]\n\n[x]: sandbox:/mnt/data/x.csv\nend", "see [x]\n\n[x]: files/x.csv\nend")]
    [InlineData("![cat](file-service://file-ABC)", "![cat](files/cat.webp)")]
    [InlineData("[a](sandbox:/mnt/data/x.csv) and [b](sandbox:/mnt/data/x.csv)", "[a](files/x.csv) and [b](files/x.csv)")]
    [InlineData("`[x](sandbox:/mnt/data/x.csv)`", "`[x](sandbox:/mnt/data/x.csv)`")]
    [InlineData("```\n[x](sandbox:/mnt/data/x.csv)\n```\n[x](sandbox:/mnt/data/x.csv)", "```\n[x](sandbox:/mnt/data/x.csv)\n```\n[x](files/x.csv)")]
    [InlineData("[x](https://example.com/x.csv)", "[x](https://example.com/x.csv)")]
    [InlineData("saved at sandbox:/mnt/data/x.csv", "saved at [x.csv](files/x.csv)")]
    [InlineData("saved at sandbox:/mnt/data/x.csv, sandbox:/mnt/data/other.csv.", "saved at [x.csv](files/x.csv), sandbox:/mnt/data/other.csv.")]
    [InlineData("saved (sandbox:/mnt/data/x.csv).", "saved ([x.csv](files/x.csv)).")]
    [InlineData("**sandbox:/mnt/data/x.csv**", "**[x.csv](files/x.csv)**")]
    [InlineData("<img src=\"sandbox:/mnt/data/x.csv\">", "<img src=\"files/x.csv\">")]
    [InlineData("![cat](https://files.example/file-ABC?se=1&sig=2)", "![cat](files/cat.webp)")]
    [InlineData("![cat](https://files.example/file-ABC?se=1&amp;sig=2 \"a cat\")", "![cat](files/cat.webp \"a cat\")")]
    [InlineData("See https://files.example/file-ABC?se=1&sig=2.", "See [cat.webp](files/cat.webp).")]
    [InlineData("See https://files.example/file-ABC?se=1&sig=3.", "See https://files.example/file-ABC?se=1&sig=3.")]
    [InlineData("`https://files.example/file-ABC?se=1&sig=2`", "`https://files.example/file-ABC?se=1&sig=2`")]
    [InlineData("[https://files.example/file-ABC?se=1&sig=2](https://files.example/file-ABC?se=1&sig=2)", "[https://files.example/file-ABC?se=1&sig=2](files/cat.webp)")]
    [InlineData("[x]: https://files.example/file-ABC?se=1&sig=2", "[x]: files/cat.webp")]
    [InlineData("[x](sandbox:/mnt/data/other.csv)", "[x](sandbox:/mnt/data/other.csv)")]
    [InlineData("[x](sandbox:/mnt/data/x.csv", "[x](sandbox:/mnt/data/x.csv")]
    [InlineData("", "")]
    public void Links_lead_to_the_stored_files(string text, string linked) => LinkMatcher.Rewrite(text, All).Text.ShouldBe(linked);

    [Fact]
    public void What_fits_nothing_is_listed_in_order()
    {
        var linked = LinkMatcher.Rewrite("[a](sandbox:/mnt/data/no1.csv) [b](sandbox:/mnt/data/x.csv) [c](file-service://file-NO) [d](sandbox:/mnt/data/no1.csv)", All);

        linked.Missing.ShouldBe(["sandbox:/mnt/data/no1.csv", "file-service://file-NO"]);
        linked.Unlinked.ShouldBe([Chart, Chinese, Image]);
    }

    [Fact]
    public void Two_targets_of_one_name_are_two_files_in_order()
    {
        var first = new SavedFile("https://f/1", "x.csv", "files/x.csv");
        var second = new SavedFile("https://f/2", "x.csv", "files/x (2).csv");

        LinkMatcher.Rewrite("[a](sandbox:/mnt/data/a/x.csv) [b](sandbox:/mnt/data/b/x.csv) [a](sandbox:/mnt/data/a/x.csv)", [first, second]).Text
            .ShouldBe("[a](files/x.csv) [b](files/x%20%282%29.csv) [a](files/x.csv)");
    }

    [Theory]
    [InlineData("file-ABC", true)]
    [InlineData("file-AB", false)]
    [InlineData("file-abc", false)]
    [InlineData("", false)]
    public void A_pointer_finds_its_download_by_the_id_in_the_path(string id, bool found) =>
        (LinkMatcher.FileOf(id, All) == Image).ShouldBe(found);

    [Fact]
    public void A_stored_name_is_found_again_through_its_link() =>
        Gen.Char["aZ09 ._-()报é&+#%"].Array[1, 20].Select(static chars => SafeFileName.Make(new string(chars)))
            .Where(static name => name.IndexOfAny(['(', ')', '%']) < 0)
            .Sample(static name => LinkMatcher.Rewrite($"[x](sandbox:/mnt/data/{name})", [File(name)]).Text == $"[x](files/{Uri.EscapeDataString(name)})");

    private static SavedFile File(string name) => new("https://files.example/x", name, "files/" + name);
}
