using SparrowFunctions.Files;

namespace SparrowFunctions.Tests.Core.Files;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData("a.csv", "Text/Plain; charset=utf-8", "text/plain")]
    [InlineData("a.csv", "application/vnd.ms-excel.sheet.macroEnabled.12", "application/vnd.ms-excel.sheet.macroenabled.12")]
    [InlineData("a.csv", "application/octet-stream", "text/csv")]
    [InlineData("a.csv", null, "text/csv")]
    [InlineData("a.unheard", "", "application/octet-stream")]
    public void The_stored_type_counts_where_it_says_something(string name, string? stored, string expected) => MediaType.Of(name, stored).ShouldBe(expected);

    [Theory]
    [InlineData("image/png\u00e9")]
    [InlineData("\u8868/csv")]
    [InlineData("text")]
    [InlineData("text/")]
    [InlineData("/plain")]
    [InlineData("text/plain/more")]
    [InlineData("text/pl ain")]
    [InlineData("text/plain\r\nx-ms-meta-a: b")]
    [InlineData("text/\"plain\"")]
    public void What_is_no_type_in_plain_ASCII_says_nothing(string stored)
    {
        MediaType.Of("a.csv", stored).ShouldBe("text/csv");
        MediaType.Of("a.unheard", stored).ShouldBe(MediaType.Unknown);
    }

    [Fact]
    public void Neither_does_one_that_is_longer_than_any() => MediaType.Of("a.unheard", $"text/{new string('x', 128)}").ShouldBe(MediaType.Unknown);
}
