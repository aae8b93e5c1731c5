using System.Text.Json;
using Azure.Data.Tables;
using SparrowFunctions.Files.Uploads;
using SparrowFunctions.Intake;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Core.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Files;

/// <summary>A row of table <c>attachments</c>: what Sparrow returned stands there word for word, fields that are not known included.</summary>
public sealed class UploadRowTests
{
    private const string Part = """{"name":"图.png","asset_pointer":"file-service://file-2","size_bytes":10,"width":1,"height":2,"mimeType":"image/png","new":{"a":[1.0,2e3]}}""";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly Upload Image = new(
        "payloads/图.png", "\"0x1\"", SparrowMode.Concurrent, "internal:Xq\"G", "8a4d6002", null, SparrowSetup.Json(Part), 2, new DateTimeOffset(2026, 11, 23, 10, 3, 0, TimeSpan.Zero));

    [Fact]
    public void Its_shape_outlives_versions() =>
        Golden.Match("Core/Files/Golden/attachments-row.json", JsonSerializer.Serialize(Row().ToDictionary(column => column.Key, column => column.Value), Indented));

    [Fact]
    public void What_was_written_is_read_back()
    {
        var read = AttachmentTable.Read(Row());

        (read with { Part = null }).ShouldBe(Image with { Part = null });
        read.Part.ShouldNotBeNull().GetRawText().ShouldBe(Part);
    }

    [Fact]
    public void It_is_read_back_however_deep_it_is_nested()
    {
        using var part = JsonDocument.Parse($$"""{"a":{{new string('[', 511)}}{{new string(']', 511)}}}""", Pipeline.Deep);

        var read = AttachmentTable.Read(AttachmentTable.Write(JobId.Parse("order-7"), 3, Image with { Part = part.RootElement }));

        read.Part.ShouldNotBeNull().GetRawText().ShouldBe(part.RootElement.GetRawText());
    }

    private static TableEntity Row() => AttachmentTable.Write(JobId.Parse("order-7"), 3, Image);
}
