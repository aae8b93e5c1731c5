using CsCheck;
using SparrowFunctions.Sparrow.Downloads;

namespace SparrowFunctions.Tests.Core.Sparrow.Downloads;

public sealed class DownloadNameTests
{
    private const string Url = "https://files.example/file-abc?se=2026&rscd=attachment%3B%20filename%3Dfrom-url.csv&sig=x";

    [Theory]
    [InlineData("attachment; filename=\"a b.csv\"", "a b.csv")]
    [InlineData("attachment; filename=a.csv", "a.csv")]
    [InlineData("attachment; filename=a b.csv; size=3", "a b.csv")]
    [InlineData("attachment;filename=a;b.csv", "a;b.csv")]
    [InlineData("attachment; FileName=\"a.csv\"", "a.csv")]
    [InlineData("attachment; filename=\"say \\\"hi\\\".txt\"", "say \"hi\".txt")]
    [InlineData("attachment; filename=\"say \"hi\".txt\"; x=1", "say \"hi\".txt")]
    [InlineData("attachment; filename=\"C:\\dir\\a.txt\"", "C:\\dir\\a.txt")]
    [InlineData("attachment; filename=\"plain.txt\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A.txt", "报告.txt")]
    [InlineData("attachment; filename*=UTF-8'en'a%20b.txt", "a b.txt")]
    [InlineData("attachment; filename*=iso-8859-1''caf%E9.txt", "café.txt")]
    [InlineData("attachment; filename=\"ok.txt\"; filename*=x-none''a", "ok.txt")]
    [InlineData("attachment; filename=my%20x.csv", "my%20x.csv")]
    [InlineData("inline", "from-url.csv")]
    [InlineData("attachment; filename=\"\"", "from-url.csv")]
    [InlineData("", "from-url.csv")]
    [InlineData(null, "from-url.csv")]
    public void The_header_names_the_file_before_the_address_does(string? disposition, string name) =>
        DownloadName.Pick(disposition, Parse(Url), "text/plain").ShouldBe(name);

    [Theory]
    [InlineData("rscd=attachment%3B%20filename%3Dmy%2520x.csv", "my%20x.csv")]
    [InlineData("rscd=attachment%3B%20filename%3Drep%26ort.csv", "rep&ort.csv")]
    [InlineData("rscd=attachment%3B%20filename%3D%22q%20%5C%22z%5C%22.csv%22", "q \"z\".csv")]
    [InlineData("rscd=attachment%3B%20filename%2A%3DUTF-8%27%27%25E6%258A%25A5.csv", "报.csv")]
    [InlineData("rscd=attachment; filename=plain.csv", "plain.csv")]
    [InlineData("rscd=attachment%3B%20filename%3Da+b.csv", "a+b.csv")]
    [InlineData("a=1&amp;rscd=attachment%3B%20filename%3Descaped.csv&amp;sig=1", "escaped.csv")]
    public void A_signed_address_is_decoded_once(string query, string name) =>
        DownloadName.Pick(contentDisposition: null, Parse("https://files.example/file-abc?" + query), contentType: null).ShouldBe(name);

    [Theory]
    [InlineData("https://x.example/a/chart.png?x=1", "image/webp", "chart.png")]
    [InlineData("https://x.example/file-abc", "image/webp", "file-abc.webp")]
    [InlineData("https://x.example/file-abc", "text/csv; charset=utf-8", "file-abc.csv")]
    [InlineData("https://x.example/file-abc", "application/x-odd", "file-abc")]
    [InlineData("https://x.example/a%20b%2520c.txt", null, "a b%20c.txt")]
    [InlineData("https://x.example/", "image/png", "")]
    public void The_path_names_the_file_last(string url, string? contentType, string name) =>
        DownloadName.Pick(contentDisposition: null, Parse(url), contentType).ShouldBe(name);

    [Fact]
    public void A_name_sent_in_the_extended_form_comes_back_whole() =>
        Gen.Char["aZ0 .;,=\"'%&报é\ud83d"].Array[1, 20].Select(static chars => new string(chars).Replace("\ud83d", "😀", StringComparison.Ordinal))
            .Sample(static name => DownloadName.FromDisposition($"attachment; filename=\"x\"; filename*=UTF-8''{Uri.EscapeDataString(name)}") == name);

    [Fact]
    public void A_name_signed_into_an_address_comes_back_whole() =>
        Gen.Char["aZ0.%&+#报é"].Array[1, 20].Select(static chars => new string(chars))
            .Sample(static name => DownloadName.Pick(null, Parse($"https://x.example/f?rscd={Uri.EscapeDataString($"attachment; filename=\"{name}\"")}&sig=1"), null) == name);

    private static Uri Parse(string url) => DownloadUrl.Parse(url, out _).ShouldNotBeNull();
}
