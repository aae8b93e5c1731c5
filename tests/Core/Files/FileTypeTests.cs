using SparrowFunctions.Files;
using SparrowFunctions.Files.Headers;
using SparrowFunctions.Tests.Emulator;

namespace SparrowFunctions.Tests.Core.Files;

/// <summary>What wins when a file's name, its stored type and its bytes disagree.</summary>
public sealed class FileTypeTests
{
    private static readonly byte[] Png = Images.Png(2, 3);
    private static readonly byte[] Zip = [.. "PK\u0003\u0004"u8];
    private static readonly byte[] Program = [0x7F, .. "ELF"u8, 2, 1];
    private static readonly byte[] Text = [.. "a,b\n1,2\n"u8];
    private static readonly byte[] Noise = [0, 1, 2, 3, 0xFF];

    private const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    public static TheoryData<string, string?, byte[], string, bool> Files => new()
    {
        { "a.png", "image/png", Png, "image/png", true },
        { "a.txt", "text/plain", Png, "image/png", true },
        { "a", null, Png, "image/png", true },
        { "a.png", "image/png", Program, "application/x-executable", false },
        { "a.png", "image/png", Text, "text/plain", false },
        { "a.png", "image/png", Noise, "application/octet-stream", false },
        { "a.png", "image/png", Png[..20], "image/png", false },
        { "a.jpg", "text/csv", Text, "text/csv", false },
        { "a.bmp", null, [.. "BM"u8, .. new byte[12], 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], "image/bmp", false },
        { "a.svg", "image/svg+xml", Text, "image/svg+xml", false },
        { "a.docx", "application/octet-stream", Zip, Docx, false },
        { "a.docx", null, Zip, Docx, false },
        { "a.txt", "text/plain", Zip, "application/zip", false },
        { "a.pdf", "application/pdf", Zip, "application/zip", false },
        { "a.txt", null, [.. "%PDF-1.4"u8], "application/pdf", false },
        { "a.csv", null, Text, "text/csv", false },
        { "a.csv", "Application/Octet-Stream", Text, "text/csv", false },
        { "a.csv", "text/tab-separated-values; charset=utf-8", Text, "text/tab-separated-values", false },
        { "a.unheard", null, Text, "text/plain", false },
        { "a.unheard", null, Noise, "application/octet-stream", false },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Content_wins_where_it_has_a_signature_else_what_it_does_not_deny(string name, string? stored, byte[] data, string type, bool isImage) =>
        FileType.Of(name, stored, FileHeader.Read(data)).ShouldBe(new FileType(type, isImage));
}
