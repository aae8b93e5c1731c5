using System.Text;
using CsCheck;
using SparrowFunctions.Files.Headers;
using SparrowFunctions.Tests.Emulator;

namespace SparrowFunctions.Tests.Core.Files;

public sealed class FileHeaderTests
{
    private static readonly byte[][] Heads =
    [
        Images.Png(640, 480), Images.Gif(640, 480), Images.Jpeg(640, 480), Images.Webp(640, 480), Bmp(640, 480), WebpLossy(640, 480), WebpLossless(640, 480),
        [.. "%PDF-1.7"u8], [.. "PK\u0003\u0004"u8], [0x7F, .. "ELF"u8], [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], [.. "plain 文字"u8], [],
    ];

    private static readonly Gen<byte[]> AnyHead = Gen.Int[0, Heads.Length - 1].Select(static i => Heads[i]);

    public static TheoryData<string, byte[]> Sized => new()
    {
        { "image/png", Images.Png(640, 480) },
        { "image/gif", Images.Gif(640, 480) },
        { "image/jpeg", Images.Jpeg(640, 480) },
        { "image/jpeg", PhotographWithLongMetadata(640, 480) },
        { "image/webp", Images.Webp(640, 480) },
        { "image/webp", WebpLossy(640, 480) },
        { "image/webp", WebpLossless(640, 480) },
        { "image/bmp", Bmp(640, 480) },
        { "image/bmp", Bmp(640, -480) },
    };

    public static TheoryData<byte[], string?, bool> Others => new()
    {
        { [.. "%PDF-1.7\n"u8], "application/pdf", false },
        { [.. "PK\u0003\u0004rest"u8], "application/zip", false },
        { [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0], "application/x-ole-storage", false },
        { [0x7F, .. "ELF\u0002"u8], "application/x-executable", false },
        { [.. "MZ"u8, .. new byte[62]], "application/x-executable", false },
        { [.. "MZ is how this text begins, and it goes on for more than sixty-four bytes."u8], null, true },
        { [.. "BMW sells cars, says this text of no picture."u8], null, true },
        { [.. "Grüße, 世界\r\n\t🐦"u8], null, true },
        { [0xEF, 0xBB, 0xBF, .. "with a mark"u8], null, true },
        { [.. "broken "u8, 0xC3, 0x28], null, false },
        { [.. "cut "u8, 0xC3], null, false },
        { [.. "zero"u8, 0], null, false },
        { [], null, true },
    };

    [Theory]
    [MemberData(nameof(Sized))]
    public void An_image_is_known_by_its_header_and_tells_its_size(string type, byte[] data)
    {
        var header = FileHeader.Read(data);

        (header.MediaType, header.Image, header.IsText).ShouldBe((type, new ImageSize(640, 480), false));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Other_files_are_known_by_signature_or_as_text(byte[] data, string? type, bool isText)
    {
        var header = FileHeader.Read(data);

        (header.MediaType, header.Image, header.IsText).ShouldBe((type, null, isText));
    }

    [Fact]
    public void A_character_that_is_cut_where_looking_ends_is_no_fault()
    {
        var text = new byte[FileHeader.Reach + 10];
        text.AsSpan().Fill((byte)'x');
        Encoding.UTF8.GetBytes("世").CopyTo(text, FileHeader.Reach - 1);

        FileHeader.Read(text).IsText.ShouldBeTrue();
    }

    [Fact]
    public void A_size_of_nothing_is_no_size() => FileHeader.Read(Images.Png(0, 480)).Image.ShouldBeNull();

    [Fact]
    public void No_bytes_make_it_throw_and_a_size_is_always_one() =>
        Gen.Select(AnyHead, Gen.Byte.Array[0, 300], Gen.Int[0, 400]).Sample((head, tail, length) => IsSound([.. head, .. tail], length), iter: 20_000);

    [Fact]
    public void No_changed_byte_makes_it_throw() =>
        Gen.Select(AnyHead, Gen.Int[0, 60], Gen.Byte, Gen.Byte.Array[0, 40]).Sample((head, at, value, tail) =>
        {
            byte[] data = [.. head, .. tail];
            if (at < data.Length) data[at] = value;
            return IsSound(data, data.Length);
        }, iter: 20_000);

    [Fact]
    public void Every_cut_of_every_header_is_read_without_a_fault()
    {
        foreach (var head in Heads)
        {
            for (var length = 0; length <= head.Length; length++)
                IsSound(head, length).ShouldBeTrue();
        }
    }

    [Fact]
    public void Bytes_past_the_reach_change_nothing() =>
        Gen.Select(AnyHead, Gen.Byte.Array[1, 100]).Sample((head, tail) =>
        {
            byte[] reached = [.. head, .. new byte[FileHeader.Reach - head.Length]];
            return FileHeader.Read([.. reached, .. tail]) == FileHeader.Read([.. reached, 0]);
        }, iter: 50);

    [Theory]
    [InlineData("<!DOCTYPE html><html>", true)]
    [InlineData("\uFEFF \r\n<html lang=\"en\">", true)]
    [InlineData("<!-- a gateway --><!--x-->\n<HTML>", true)]
    [InlineData("<!-- never closed <html>", false)]
    [InlineData("<htmlish>", false)]
    [InlineData("a,b\n<html>", false)]
    [InlineData("", false)]
    public void A_page_is_known_by_how_it_begins(string text, bool isPage) => Utf8Text.IsPage(Encoding.UTF8.GetBytes(text)).ShouldBe(isPage);

    private static bool IsSound(byte[] data, int length)
    {
        // An array of exactly that length: a read past its end would throw
        var header = FileHeader.Read(data.AsSpan(0, Math.Min(length, data.Length)).ToArray());
        return header.Image is not { } size || (size.Width > 0 && size.Height > 0);
    }

    private static byte[] PhotographWithLongMetadata(int width, int height)
    {
        byte[] segment = [0xFF, 0xE2, 0xFF, 0xFF, .. new byte[0xFFFD]];
        return [0xFF, 0xD8, .. segment, .. segment, .. segment, 0xFF, .. Images.Jpeg(width, height)[2..]];
    }

    private static byte[] Bmp(int width, int height) =>
        [.. "BM"u8, .. new byte[12], 40, 0, 0, 0, .. BitConverter.GetBytes(width), .. BitConverter.GetBytes(height), 1, 0, 24, 0];

    private static byte[] WebpLossy(int width, int height) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8, 0, 0, 0, 0, 0, 0, 0, 0x9D, 0x01, 0x2A, .. BitConverter.GetBytes((ushort)width), .. BitConverter.GetBytes((ushort)height)];

    private static byte[] WebpLossless(int width, int height) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8L"u8, 0, 0, 0, 0, 0x2F, .. BitConverter.GetBytes((uint)(width - 1) | ((uint)(height - 1) << 14)), 0, 0, 0, 0, 0];
}
