using System.Text.Json;
using SparrowFunctions.Files.Headers;
using SparrowFunctions.Files.Uploads;

namespace SparrowFunctions.Tests.Core.Files;

public sealed class ImagePartTests
{
    [Theory]
    [InlineData("""{"asset_pointer":"file-service://f","size_bytes":9}""", """{"asset_pointer":"file-service://f","size_bytes":9,"name":"a é.png","mimeType":"image/png","width":640,"height":480}""")]
    [InlineData("""{"name":"n","mime_type":"image/webp","size_bytes":9,"height":2}""", """{"name":"n","mime_type":"image/webp","size_bytes":9,"height":2,"width":640}""")]
    [InlineData("""{ "width" : 1.50, "unknown": [ "\u00e9" ], "mimeType":null }""", """{"width":1.50,"unknown":[ "\u00e9" ],"mimeType":null,"name":"a é.png","height":480}""")]
    public void What_the_service_left_out_is_added_and_what_it_sent_stays_as_it_is(string part, string expected) => Complete(part).ShouldBe(expected);

    [Fact]
    public void A_part_that_has_all_goes_back_byte_for_byte()
    {
        const string Part = """{ "name":"x.png", "mimeType":"image/png", "width": 1, "height": 2.0, "more": null }""";

        Complete(Part).ShouldBe(Part);
    }

    private static string Complete(string part) =>
        ImagePart.Complete(JsonDocument.Parse(part).RootElement, "a é.png", "image/png", new ImageSize(640, 480)).GetRawText();
}
