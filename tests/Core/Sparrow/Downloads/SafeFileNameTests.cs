using System.Text;
using CsCheck;
using SparrowFunctions.Sparrow.Downloads;

namespace SparrowFunctions.Tests.Core.Sparrow.Downloads;

public sealed class SafeFileNameTests
{
    [Theory]
    [InlineData("chart.png", "chart.png")]
    [InlineData("报告 1.csv", "报告 1.csv")]
    [InlineData(".gitignore", ".gitignore")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\..\\boot.ini", "boot.ini")]
    [InlineData("C:\\dir\\a.txt", "a.txt")]
    [InlineData("a/", "a")]
    [InlineData("..", "file")]
    [InlineData(".", "file")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    [InlineData(" . . ", "file")]
    [InlineData("/", "file")]
    [InlineData("2023-12-13T11: 11.md", "2023-12-13T11_ 11.md")]
    [InlineData("a<b>c\"d|e?f*g.txt", "a_b_c_d_e_f_g.txt")]
    [InlineData("CON", "_CON")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("com1.tar.gz", "_com1.tar.gz")]
    [InlineData("COM¹", "_COM¹")]
    [InlineData("aux .txt", "_aux .txt")]
    [InlineData("console.txt", "console.txt")]
    [InlineData("name. ", "name")]
    [InlineData("name...", "name")]
    [InlineData("  name.txt", "name.txt")]
    [InlineData("a\u0000b\r\nc\t.txt", "abc.txt")]
    [InlineData("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [InlineData("\u2066a\u2069\u200F\u061C\uFEFF.txt", "a.txt")]
    [InlineData("a\u00A0b\u3000c.txt", "a b c.txt")]
    [InlineData("e\u0301.txt", "é.txt")]
    [InlineData("\uFFFF\uFDD0x", "x")]
    public void A_name_is_made_safe(string? name, string safe) => SafeFileName.Make(name).ShouldBe(safe);

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => SafeFileName.Make("half \ud83d.txt").ShouldBe("half \ufffd.txt");

    [Fact]
    public void A_long_name_keeps_its_extension()
    {
        var safe = SafeFileName.Make(new string('报', 300) + ".csv");

        safe.ShouldEndWith("报.csv");
        Encoding.UTF8.GetByteCount(safe).ShouldBeInRange(197, 200);
    }

    [Fact]
    public void A_long_extension_is_no_extension() => Encoding.UTF8.GetByteCount(SafeFileName.Make("a." + new string('x', 500))).ShouldBe(200);

    [Fact]
    public void Whatever_comes_the_name_is_safe_and_stays_as_it_is() =>
        Names.Sample(
            name =>
            {
                var safe = SafeFileName.Make(name);
                return safe.Length > 0
                    && Encoding.UTF8.GetByteCount(safe) <= 200
                    && safe.IndexOfAny(['/', '\\', ':', '<', '>', '"', '|', '?', '*']) < 0
                    && !safe.Any(char.IsControl)
                    && safe[^1] is not ('.' or ' ')
                    && safe is not ("." or "..")
                    && SafeFileName.Make(safe) == safe;
            },
            iter: 20_000);

    [Fact]
    public void Ordinary_names_come_back_unchanged() =>
        Gen.Char["abcXYZ019_-()[]é报"].Array[1, 40].Select(static chars => new string(chars) + ".txt").Sample(static name => SafeFileName.Make(name) == name);

    [Fact]
    public void Names_of_one_job_never_meet() =>
        Names.Array[0, 30].Sample(
            static names =>
            {
                var unique = new UniqueNames();
                var taken = names.Select(name => unique.Take(SafeFileName.Make(name))).ToArray();
                return taken.Distinct(StringComparer.OrdinalIgnoreCase).Count() == taken.Length
                    && taken.All(static name => Encoding.UTF8.GetByteCount(name) <= 200 && SafeFileName.Make(name) == name);
            },
            iter: 2_000);

    [Fact]
    public void A_taken_name_gets_a_number_before_its_extension()
    {
        var unique = new UniqueNames();

        new[] { "a.csv", "A.CSV", "a (2).csv", "a.csv", "b", ".env", ".env" }.Select(unique.Take).ShouldBe(["a.csv", "A (2).CSV", "a (2) (2).csv", "a (3).csv", "b", ".env", ".env (2)"]);
    }

    private static Gen<string> Names =>
        Gen.OneOf(
            Gen.Char["ab.. /\\:*?\"<>|\0\n\u202E\u200D\u0301\ud83d\udc4d\uFFFF報CONcon1"].Array[0, 12].Select(static chars => new string(chars)),
            Gen.Char.Array[0, 300].Select(static chars => new string(chars)),
            Gen.OneOf("CON", "nul", "LPT1", "com5.x", "..", "a", "a", "A"));
}
