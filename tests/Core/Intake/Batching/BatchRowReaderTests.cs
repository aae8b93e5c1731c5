using System.Text;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Intake.Batching;

public sealed class BatchRowReaderTests
{
    private static readonly FilesOptions Files = new();

    [Fact]
    public void A_row_of_asks_is_read_with_images_before_files()
    {
        var row = Read("""
            {"id":"row-1","asks":[{"id":"q1","content":"Describe it","images":["pics/a.png"],"image":"b.png","files":["../docs/c.pdf"]},{"id":"q2","content":"Now a table"}],
             "answers":null,"extra":{"any":[1.50]},"source":"export 7"}
            """)!;

        row.Id.ShouldBe("row-1");
        row.Asks.Select(ask => ask.Text).ShouldBe(["Describe it", "Now a table"]);
        row.Asks[0].Files.Select(file => file.ToString()).ShouldBe(["batches/in/2026/pics/a.png", "batches/in/2026/b.png", "batches/in/docs/c.pdf"]);
        row.Asks[0].Extra.ShouldBeNull("the row's extra is given back, not sent");
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_told_by_the_field_that_names_it()
    {
        var row = Read("""{"asks":[{"content":"x"},{"content":"y","images":["a.png","b.png"],"image":"c.png","files":"d.pdf"}]}""")!;

        Told(row, 1, "files[1]").ShouldBe("asks[1].images[1]");
        Told(row, 1, "files[2]").ShouldBe("asks[1].image");
        Told(row, 1, "files[3]").ShouldBe("asks[1].files");
        Told(row, 0, "callback").ShouldBe("asks[0].callback");
        Told(Read("""{"prompt":"x","files":["payloads/a.txt"]}""")!, 0, "files[0]").ShouldBe("files[0]");

        static string Told(BatchRow row, int ask, string field) => row.Told(ask, new FieldProblem(field, "", "")).Field;
    }

    [Theory]
    [InlineData("""{"asks":[{"content":"x","images":[#]}]}""", "7")]
    [InlineData("""{"asks":[#]}""", """{"content":7,"images":[7,7,7,7]}""")]
    [InlineData("""{"prompt":"x",#}""", "\"field@\":1")]
    [InlineData("""{"messages":[{"role":"user","content":"x",#}]}""", "\"field@\":1")]
    public void However_much_is_wrong_with_a_row_what_is_told_of_it_is_bounded(string json, string bad)
    {
        var items = string.Join(',', Enumerable.Range(0, bad.StartsWith('{') ? BatchRow.MaxAsks : 20_000).Select(n => bad.Replace("@", $"{n}", StringComparison.Ordinal)));

        BatchRowReader.Read(Encoding.UTF8.GetBytes(json.Replace("#", items, StringComparison.Ordinal)), PipelineBatches.Name("in/2026/rows"), Files, out var rejection).ShouldBeNull();

        rejection!.Problems.Count.ShouldBeLessThanOrEqualTo(Rejection.MostProblems);
        rejection.Reason.Length.ShouldBeLessThan(20 * 1024);
    }

    [Fact]
    public void Model_GPT_and_mode_of_a_row_are_those_of_its_asks()
    {
        var row = Read("""{"asks":[{"content":"a"},{"content":"b"}],"model":"gpt-4o","gizmoId":"g-1","mode":"concurrent"}""")!;

        row.Asks.ShouldAllBe(ask => ask.Model == "gpt-4o" && ask.GizmoId == "g-1" && ask.Mode == "concurrent");
    }

    [Fact]
    public void A_prompt_object_is_a_row_of_one_ask_and_its_id_names_the_row()
    {
        var row = Read("""{"id":"p1","prompt":"Hi","wantFiles":false,"metadata":{"a":1}}""")!;

        row.Id.ShouldBe("p1");
        row.Asks.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            ask => ask.Text.ShouldBe("Hi"), ask => ask.Id.ShouldBeNull(), ask => ask.WantFiles.ShouldBe(false));
    }

    [Theory]
    [InlineData("""{"id":7,"asks":[{"content":"x"}]}""", "7")]
    [InlineData("""{"id":null,"asks":[{"content":"x","images":null,"files":[]}]}""", null)]
    [InlineData("""{"asks":[{"content":"x"}]}""", null)]
    public void An_id_may_be_a_number_or_missing(string json, string? id) => Read(json)!.Id.ShouldBe(id);

    [Theory]
    [InlineData("[]", "The row is a list, not an object.")]
    [InlineData("{\"asks\":", "The row is not JSON, from byte 9 of its line on.")]
    [InlineData("""{"id":"a","id":"b","asks":[{"content":"x"}]}""", "The row is not JSON")]
    [InlineData("""{"asks":[]}""", "asks: is empty.")]
    [InlineData("""{"asks":null}""", "asks: is null.")]
    [InlineData("""{"asks":"x"}""", "asks: must be a list, not a string.")]
    [InlineData("""{"asks":["x"]}""", "asks[0]: is a string, not an object.")]
    [InlineData("""{"asks":[{"content":"x"},{"content":" "}]}""", "asks[1].content: is empty.")]
    [InlineData("""{"asks":[{"id":"q"}]}""", "asks[0].content: is missing.")]
    [InlineData("""{"asks":[{"content":"x","files":[7]}]}""", "asks[0].files[0]: must be a string, not a number.")]
    [InlineData("""{"asks":[{"content":"x","image":{}}]}""", "asks[0].image: must be a string, not an object.")]
    [InlineData("""{"asks":[{"content":"x","images":["https://a/b.png"]}]}""", "asks[0].images[0]: is no path of a blob.")]
    [InlineData("""{"asks":[{"content":"x","files":["../../../up.txt"]}]}""", "asks[0].files[0]: leads out of container batches.")]
    [InlineData("""{"asks":[{"content":"x","files":["a.txt"]}],"mode":"free"}""", "asks[0].files: cannot be attached in mode free.")]
    [InlineData("""{"asks":[{"content":"x"}],"mode":"fast"}""", "mode: is not a mode.")]
    [InlineData("""{"prompt":"x","ask":"y"}""", "ask: is not a field of a prompt.")]
    [InlineData("""{"prompt":"x","metadata":{"a":"cut \ud83d"}}""", "metadata.a: holds half of a surrogate pair")]
    public void What_is_no_row_is_told_by_field_with_a_remedy(string json, string problem)
    {
        Read(json, out var rejection).ShouldBeNull();

        rejection!.Reason.ShouldStartWith(problem);
        rejection.Problems.ShouldAllBe(each => each.Remedy.Length > 10);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        Read("""{"mode":"fast","asks":[{"files":[1]},{"content":""}]}""", out var rejection).ShouldBeNull();

        rejection!.Problems.Select(problem => problem.Field).ShouldBe(["mode", "asks[0].content", "asks[0].files[0]", "asks[1].content"]);
    }

    [Fact]
    public void A_row_that_is_no_UTF_8_is_refused()
    {
        BatchRowReader.Read(Encoding.Latin1.GetBytes("""{"prompt":"é"}"""), Batch, Files, out var rejection).ShouldBeNull();

        rejection!.Reason.ShouldContain("UTF-8");
    }

    [Theory]
    [InlineData("a.png", "batches/in/2026/a.png")]
    [InlineData("./results/a.png", "batches/in/2026/results/a.png")]
    [InlineData("../../a.png", "batches/a.png")]
    [InlineData("payloads/x/a.png", "payloads/x/a.png")]
    [InlineData("batches/a.png", "batches/a.png")]
    [InlineData("/drop/a.png", "drop/a.png")]
    [InlineData("/other/a.png", "other/a.png")]
    [InlineData("other/a.png", "batches/in/2026/other/a.png")]
    [InlineData("图 片/á%20.png", "batches/in/2026/图 片/á%20.png")]
    public void A_path_is_absolute_or_starts_in_the_folder_of_the_batch(string text, string expected)
    {
        BatchPaths.TryResolve(text, Batch, Files, out var path, out _).ShouldBeTrue();

        path.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("/drop/../secret.txt")]
    [InlineData("payloads/../secret.txt")]
    [InlineData("../../../secret.txt")]
    [InlineData("a\\b.png")]
    [InlineData("file:///etc/passwd")]
    public void No_path_leads_elsewhere(string text) => BatchPaths.TryResolve(text, Batch, Files, out _, out _).ShouldBeFalse();

    private static BatchName Batch => PipelineBatches.Name("in/2026/october");

    private static BatchRow? Read(string json) => Read(json, out _);

    private static BatchRow? Read(string json, out Rejection? rejection) => BatchRowReader.Read(Encoding.UTF8.GetBytes(json), Batch, Files, out rejection);
}
