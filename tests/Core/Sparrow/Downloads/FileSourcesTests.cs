using SparrowFunctions.Sparrow.Downloads;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Tests.Core.Sparrow.Downloads;

public sealed class FileSourcesTests
{
    private const string User = """{"message":{"id":"u","author":{"role":"user"},"content":{"content_type":"multimodal_text","parts":[{"asset_pointer":"file-service://file-MINE"},"q"]}}}""";

    [Fact]
    public void Addresses_come_first_each_once_escaped_or_not() =>
        Of("", "\"https://f/file-A?a=1&amp;b=2\",\"https://f/file-B\",\" https://f/file-A?a=1&b=2\"").ShouldBe(
            [new FileSource("downloads[0]", "https://f/file-A?a=1&amp;b=2"), new FileSource("downloads[1]", "https://f/file-B")]);

    [Fact]
    public void A_pointer_that_is_an_address_is_fetched_from_there() =>
        Of(Part("https://f/picture.png") + "," + Chart("http://f/chart.png"), "").ShouldBe(
            [new FileSource("contents[1].parts[0]", "https://f/picture.png"), new FileSource("contents[2].aggregate_result.messages[1]", "http://f/chart.png")]);

    [Fact]
    public void A_pointer_whose_address_came_is_that_file() =>
        Of(Part("file-service://file-A"), "\"https://f/file-A?se=1\"").ShouldBe([new FileSource("downloads[0]", "https://f/file-A?se=1")]);

    [Fact]
    public void A_pointer_without_an_address_can_not_be_fetched_and_is_told() =>
        Of(Part("file-service://file-A") + "," + Chart("sediment://file_B"), "\"https://f/file-A?se=1\"").ShouldBe(
            [new FileSource("downloads[0]", "https://f/file-A?se=1"), new FileSource("contents[2].aggregate_result.messages[1]", null, "file_B")]);

    [Fact]
    public void An_address_without_an_id_may_be_that_of_any_pointer() => Of(Part("file-service://file-A"), "\"https://mirror/1.png\"").Count.ShouldBe(1);

    [Fact]
    public void What_the_user_sent_and_what_came_before_is_no_source() =>
        FileSources.Of(ChatResponseReader.Read($$"""{"contents":[{{Part("file-service://file-OLD")}},{{User}}]}""")!).ShouldBeEmpty();

    [Fact]
    public void A_pointer_twice_is_one_file() => Of(Part("file-service://file-A") + "," + Part("file-service://file-A"), "").ShouldHaveSingleItem().Id.ShouldBe("file-A");

    [Theory]
    [InlineData("\"parts\":[7,{\"asset_pointer\":5},{\"asset_pointer\":\"\"},{\"asset_pointer\":\"file-service://\"},null]")]
    [InlineData("\"parts\":{\"asset_pointer\":\"x://y\"}")]
    public void Nonsense_is_passed_over(string content) =>
        Of($$$$$"""{"message":{"id":"n","author":{"role":"tool"},"content":{{{{{{content}}}}}},"metadata":{"aggregate_result":{"messages":[{"image_url":null},3]}}}}""", "").ShouldBeEmpty();

    private static IReadOnlyList<FileSource> Of(string entries, string downloads) =>
        FileSources.Of(ChatResponseReader.Read($$"""{"contents":[{{User}}{{(entries.Length > 0 ? "," + entries : "")}}],"downloads":[{{downloads}}]}""")!);

    private static string Part(string pointer) =>
        $$$$$"""{"message":{"author":{"role":"tool","name":"dalle.text2im"},"content":{"content_type":"multimodal_text","parts":[{"content_type":"image_asset_pointer","asset_pointer":"{{{{{pointer}}}}}"}]}}}""";

    private static string Chart(string url) =>
        $$$$$"""{"message":{"author":{"role":"tool","name":"python"},"content":{"content_type":"execution_output","text":""},"metadata":{"aggregate_result":{"messages":[{"message_type":"stream"},{"message_type":"image","image_url":"{{{{{url}}}}}"}]}}}}""";
}
