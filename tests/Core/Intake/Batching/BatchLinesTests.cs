using System.Text;
using CsCheck;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Tests.Core.Sparrow;

namespace SparrowFunctions.Tests.Core.Intake.Batching;

public sealed class BatchLinesTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Const(""), Gen.Const("  "), Gen.Const("麻雀"), Gen.Char['a', 'z'].Array[0, 40].Select(letters => new string(letters)));

    [Fact]
    public void A_file_is_read_as_its_lines_however_it_is_cut_into_pieces() =>
        Gen.Select(Texts.Array[0, 20], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[1, 50]).Sample((lines, crlf, mark, isEnded, piece) =>
        {
            var end = crlf ? "\r\n" : "\n";
            var text = string.Join(end, lines) + (isEnded && lines.Length > 0 ? end : "");
            byte[] file = [.. mark ? Encoding.UTF8.Preamble.ToArray() : [], .. Encoding.UTF8.GetBytes(text)];

            // A file that ends with a line's end has no line after it
            var expected = text.Length == 0 ? (mark ? [""] : Array.Empty<string>()) : lines[^1].Length == 0 && !isEnded ? lines[..^1] : lines;
            ReadAll(file, piece).Select(line => line.Text).ShouldBe(expected);
        });

    [Fact]
    public void A_line_can_be_read_again_from_its_offset() =>
        Gen.Select(Texts.Array[1, 20], Gen.Int[1, 50]).Sample((lines, piece) =>
        {
            var file = Encoding.UTF8.GetBytes(string.Join('\n', lines));
            var all = ReadAll(file, piece);
            foreach (var (line, _, _) in all)
            {
                var again = ReadAll(file[(int)line.Offset..], piece, line.Offset, line.Number);
                again.Select(each => each.Text).ShouldBe(all.Where(each => each.Line.Number >= line.Number).Select(each => each.Text));
            }
        });

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_line_that_is_too_long_is_passed_over_and_the_next_one_is_read(int over, bool isTaken)
    {
        byte[] file = [.. Enumerable.Repeat((byte)'x', BatchLines.MaxLineBytes + over), .. "\r\nnext"u8];

        var lines = ReadAll(file, 60_000);

        lines.Select(line => line.Line.Bytes is not null).ShouldBe([isTaken, true]);
        (lines[1].Text, lines[1].Line.Number, lines[1].Line.Offset).ShouldBe(("next", 2, BatchLines.MaxLineBytes + over + 2));
    }

    [Fact]
    public async Task A_line_of_many_megabytes_is_never_whole_in_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var lines = new BatchLines(new GeneratedStream(300L * 1024 * 1024), 0, 1);

        var line = await lines.NextAsync(TestContext.Current.CancellationToken);

        line!.Value.End.ShouldBe(300L * 1024 * 1024);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16 * 1024 * 1024);
    }

    [Fact]
    public void Blank_lines_are_known() =>
        ReadAll("\n \t\r\nx\n"u8.ToArray(), 3).Select(line => line.IsBlank).ShouldBe([true, true, false]);

    private static List<(BatchLine Line, string? Text, bool IsBlank)> ReadAll(byte[] file, int piece, long offset = 0, long number = 1)
    {
        var lines = new BatchLines(new PiecesStream(file, piece), offset, number);
        var all = new List<(BatchLine, string?, bool)>();
        while (lines.NextAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult() is { } line)
            all.Add((line, line.Bytes is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null, line.IsBlank));
        return all;
    }

    // A stream that gives so many bytes at a time
    private sealed class PiecesStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
