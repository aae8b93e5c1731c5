using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Files;

/// <summary>Files out, on Azurite and the emulator: what can be fetched lies with the job, all else is a warning beside the answer.</summary>
public sealed class GeneratedFilesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(
        azurite, ("Sparrow__Downloads__MaxMegabytes", "3"), ("Sparrow__Downloads__IdleTimeout", "00:00:20"), ("Sparrow__Downloads__TotalTimeout", "00:01:00"));

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task Every_source_is_saved_with_size_and_hash_and_the_answers_links_lead_there()
    {
        await _pipeline.AnswerAsync(new
        {
            promptContains = "all",
            text = "",
            files = new[] { File("numbers.csv", "a,b\n"), File("picture.png", "P"), File("chart.png", "C") },
            contents = new[]
            {
                Entry("u", "user", new { content_type = "text", parts = new[] { "all" } }),
                Entry("p", "tool", new { content_type = "multimodal_text", parts = new[] { new { content_type = "image_asset_pointer", asset_pointer = "{url:picture.png}" } } }),
                Entry("c", "tool", new { content_type = "execution_output", text = "" }, new { aggregate_result = new { messages = new[] { new { message_type = "image", image_url = "{url:chart.png}" } } } }),
                Entry("a", "assistant", new { content_type = "text", parts = new[] { "[n](sandbox:/mnt/data/numbers.csv) ![p]({url:picture.png}) {url:chart.png} [gone](sandbox:/mnt/data/gone.txt)" } }, new { model_slug = "gpt-4" }),
            },
        });

        await _pipeline.RunAsync("""{"id":"all","prompt":"all","wantFiles":true}""");

        var result = await _pipeline.ResultAsync("all/result.json");
        var files = result.GetProperty("files").EnumerateArray().Select(file => (
            file.GetProperty("source").GetString(), file.GetProperty("name").GetString(), file.GetProperty("size").GetInt64(), file.GetProperty("sha256").GetString()));
        files.ShouldBe([("downloads[0]", "numbers.csv", 4, Hash("a,b\n")), ("contents[1].parts[0]", "picture.png", 1, Hash("P")), ("contents[2].aggregate_result.messages[0]", "chart.png", 1, Hash("C"))]);
        (await _pipeline.BlobAsync("results", "all/answer.md")).ShouldBe("[n](files/numbers.csv) ![p](files/picture.png) [chart.png](files/chart.png) [gone](sandbox:/mnt/data/gone.txt)");
        Warnings(result).ShouldBe(["The answer links to sandbox:/mnt/data/gone.txt, but no file of that name came with it."]);
        (await _pipeline.BlobAsync("results", "all/files/chart.png")).ShouldBe("C");
        (await _pipeline.CallsAsync("download")).Select(call => call.GetProperty("tokenHash").ValueKind).ShouldAllBe(kind => kind == JsonValueKind.Null);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("quoted")]
    [InlineData("encoded")]
    [InlineData("extended")]
    public async Task A_file_is_matched_to_its_link_however_its_address_writes_its_name(string nameForm)
    {
        await _pipeline.AnswerAsync(new
        {
            promptContains = "report",
            text = "Here: [report](sandbox:/mnt/data/my rep&ort.csv)",
            files = new[] { new { name = "my rep&ort.csv", contentType = "text/csv", base64 = Convert.ToBase64String("a,b\n"u8), nameForm } },
        });

        await _pipeline.RunAsync("""{"id":"named","prompt":"report","wantFiles":true}""");

        var result = await _pipeline.ResultAsync("named/result.json");
        Warnings(result).ShouldBeEmpty();
        var file = result.GetProperty("files").EnumerateArray().ShouldHaveSingleItem();
        result.GetProperty("answer").GetString().ShouldBe($"Here: [report]({file.GetProperty("url").GetString()})");
    }

    [Fact]
    public async Task An_image_without_a_word_is_an_answer()
    {
        await _pipeline.AnswerAsync(new { promptContains = "draw", images = new[] { new { name = "cat.png" } } });

        await _pipeline.RunAsync("""{"id":"draw","prompt":"draw","wantFiles":false}""");
        await _pipeline.RunAsync("""{"id":"drawn","prompt":"draw"}""");

        (await _pipeline.ResultAsync("draw/result.json")).GetProperty("files").GetArrayLength().ShouldBe(0);
        var result = await _pipeline.ResultAsync("drawn/result.json");
        (result.GetProperty("state").GetString(), result.GetProperty("files")[0].GetProperty("name").GetString()).ShouldBe(("succeeded", "cat.png"));
        Warnings(result).ShouldBe(["The answer has files but no text."]);
    }

    [Fact]
    public async Task A_pointer_that_no_address_came_for_is_a_warning()
    {
        await _pipeline.AnswerAsync(new
        {
            promptContains = "pointer",
            contents = new[]
            {
                Entry("u", "user", new { content_type = "text", parts = new[] { "pointer" } }),
                Entry("p", "tool", new { content_type = "multimodal_text", parts = new[] { new { content_type = "image_asset_pointer", asset_pointer = "file-service://file-LOST" } } }),
                Entry("a", "assistant", new { content_type = "text", parts = new[] { "Look." } }, new { model_slug = "gpt-4" }),
            },
        });

        await _pipeline.RunAsync("""{"id":"pointer","prompt":"pointer"}""");

        var result = await _pipeline.ResultAsync("pointer/result.json");
        result.GetProperty("answer").GetString().ShouldBe("Look.");
        Warnings(result).ShouldBe(["contents[1].parts[0] (file-LOST) could not be saved: Sparrow sent no address for it."]);
    }

    [Fact]
    public async Task Names_are_safe_and_no_two_are_one_whatever_their_case_or_form()
    {
        await _pipeline.AnswerAsync(new
        {
            promptContains = "names",
            text = "done",
            files = new[] { File("../../é.txt", "1"), File("E\u0301.TXT", "2"), File("CON.txt", "3"), File("a:b?.csv", "4") },
        });

        await _pipeline.RunAsync("""{"id":"names","prompt":"names"}""");

        var names = (await _pipeline.ResultAsync("names/result.json")).GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()!).ToArray();
        names.ShouldBe(["é.txt", "É (2).TXT", "_CON.txt", "a_b_.csv"]);
        foreach (var (name, n) in names.Select((name, i) => (name, i + 1)))
            (await _pipeline.BlobAsync("results", $"names/files/{name}")).ShouldBe($"{n}");
    }

    [Theory]
    [InlineData("""{"status":403}""", "The download address has expired.")]
    [InlineData("""{"status":404}""", "The file is not there (404)")]
    [InlineData("""{"status":500}""", "The file is not there (500)")]
    [InlineData("""{"status":403,"body":"no"}""", "The file's server refused the download (403).")]
    [InlineData("""{"htmlBody":true}""", "A web page came in place of the file.")]
    [InlineData("""{"drop":"midBody"}""", "The transfer broke off before its end.")]
    [InlineData("""{"drop":"before"}""", "The connection broke before the file began to arrive.")]
    [InlineData("""{"endless":true}""", "It has more than 3000000 bytes. It was given up.")]
    public async Task What_cannot_be_fetched_is_a_warning_with_name_and_reason_and_the_rest_stands(string fault, string reason)
    {
        await _pipeline.AnswerAsync(new { promptContains = "two", text = "Both.", files = new[] { File("bad.bin", new string('x', 3000)), File("good.txt", "good") } });
        await _pipeline.FaultAsync(new { match = new { route = "download" }, times = Passes(fault) ? 3 : 1, fault = JsonDocument.Parse(fault).RootElement });

        await _pipeline.PumpAsync(_pipeline.RunAsync("""{"id":"two","prompt":"two"}"""));

        var result = await _pipeline.ResultAsync("two/result.json");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("files").EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("good.txt");
        Warnings(result)[0].ShouldStartWith($"downloads[0] (bad.bin) could not be saved: {reason}");
        (await BlobsAsync("two/files/")).ShouldBe(["two/files/good.txt"]);
        (await _pipeline.CallsAsync("download")).Count.ShouldBe(Passes(fault) ? 4 : 2);
    }

    [Theory]
    [InlineData("""{"status":500}""")]
    [InlineData("""{"status":502}""")]
    [InlineData("""{"drop":"midBody"}""")]
    [InlineData("""{"drop":"before"}""")]
    public async Task What_fails_in_passing_is_fetched_again_at_once(string fault)
    {
        await _pipeline.AnswerAsync(new { promptContains = "once", text = "Here.", files = new[] { File("a.bin", new string('x', 3000)) } });
        await _pipeline.FaultAsync(new { match = new { route = "download" }, times = 2, fault = JsonDocument.Parse(fault).RootElement });

        await _pipeline.PumpAsync(_pipeline.RunAsync("""{"id":"once","prompt":"once"}"""));

        var result = await _pipeline.ResultAsync("once/result.json");
        result.GetProperty("files").EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("a.bin");
        Warnings(result).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_that_calls_itself_a_picture_is_none_and_a_page_that_was_asked_for_is_a_file()
    {
        await _pipeline.AnswerAsync(new
        {
            promptContains = "page",
            text = "x",
            files = new[] { File("chart.png", "<!DOCTYPE html><html>Sign in</html>", "image/png"), File("report.html", "<html></html>", "text/html") },
        });

        await _pipeline.RunAsync("""{"id":"page","prompt":"page"}""");

        var result = await _pipeline.ResultAsync("page/result.json");
        result.GetProperty("files").EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("report.html");
        Warnings(result).ShouldBe(["downloads[0] (chart.png) could not be saved: A web page came in place of the file."]);
    }

    [Fact]
    public async Task A_file_that_says_it_is_too_large_is_not_begun()
    {
        await _pipeline.AnswerAsync(new { promptContains = "large", text = "x", files = new[] { new { name = "big.bin", base64 = Convert.ToBase64String("0123456789"u8), size = 3_000_001 } } });

        await _pipeline.RunAsync("""{"id":"large","prompt":"large"}""");

        Warnings(await _pipeline.ResultAsync("large/result.json")).ShouldBe(["downloads[0] (big.bin) could not be saved: It has 3000001 bytes; at most 3000000 are saved."]);
    }

    [Fact]
    public async Task A_file_of_several_blocks_comes_whole()
    {
        await _pipeline.AnswerAsync(new { promptContains = "blocks", text = "x", files = new[] { new { name = "big.bin", base64 = Convert.ToBase64String("0123456"u8), size = 3_000_000 } } });

        await _pipeline.RunAsync("""{"id":"blocks","prompt":"blocks"}""");

        var file = (await _pipeline.ResultAsync("blocks/result.json")).GetProperty("files")[0];
        var bytes = Encoding.ASCII.GetBytes(await _pipeline.BlobAsync("results", "blocks/files/big.bin"));
        (file.GetProperty("size").GetInt64(), bytes.Length).ShouldBe((3_000_000, 3_000_000));
        file.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task A_file_that_does_not_come_is_given_up_in_time_and_what_follows_it_too()
    {
        await _pipeline.AnswerAsync(new { promptContains = "slow", text = "x", files = new[] { File("1.txt", "1"), File("2.txt", "2"), File("3.txt", "3") } });
        await _pipeline.FaultAsync(new { match = new { route = "download" }, times = -1, fault = new { delayMs = 3_600_000 } });

        await _pipeline.PumpAsync(_pipeline.RunAsync("""{"id":"slow","prompt":"slow"}"""));

        var warnings = Warnings(await _pipeline.ResultAsync("slow/result.json"));
        warnings.Count.ShouldBe(3);
        warnings[0].ShouldStartWith("downloads[0] (1.txt) could not be saved: The file did not begin to arrive within 00:00:30.");
        warnings[2].ShouldBe("downloads[2] (3.txt) could not be saved: The time for this job's files was up.");
    }

    [Fact]
    public async Task An_answer_with_files_is_kept_before_they_are_fetched_wherever_their_addresses_stand()
    {
        await _pipeline.AnswerAsync(new
        {
            promptContains = "kept",
            files = new[] { File("chart.png", "C") },
            contents = new[]
            {
                Entry("u", "user", new { content_type = "text", parts = new[] { "kept" } }),
                Entry("c", "tool", new { content_type = "execution_output", text = "" }, new { aggregate_result = new { messages = new[] { new { message_type = "image", image_url = "{url:chart.png}" } } } }),
                Entry("a", "assistant", new { content_type = "text", parts = new[] { "x" } }, new { model_slug = "gpt-4" }),
            },
        });

        await _pipeline.RunAsync("""{"id":"kept","prompt":"kept"}""");

        var writes = _pipeline.Storage.Requests.Where(request => request.Method == "PUT").Select(request => request.Uri.AbsolutePath).ToList();
        var answer = writes.FindIndex(path => path.Contains("/payloads/", StringComparison.Ordinal) && path.Contains("kept", StringComparison.Ordinal));
        answer.ShouldBeGreaterThanOrEqualTo(0);
        writes.FindIndex(path => path.EndsWith("/kept/files/chart.png", StringComparison.Ordinal)).ShouldBeGreaterThan(answer);
    }

    private static bool Passes(string fault) => fault.Contains("500", StringComparison.Ordinal) || fault.Contains("drop", StringComparison.Ordinal);

    private static object File(string name, string content, string? contentType = null) =>
        new { name, contentType, base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(content)), nameForm = "extended" };

    private static object Entry(string id, string role, object content, object? metadata = null) =>
        new { message = new { id, author = new { role }, content, metadata, recipient = "all", end_turn = role == "assistant" } };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static List<string> Warnings(JsonElement result) => [.. result.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()!)];

    private async Task<IReadOnlyList<string>> BlobsAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var blob in _pipeline.Account.Blobs.GetBlobContainerClient("results").GetBlobsAsync(new Azure.Storage.Blobs.Models.GetBlobsOptions { Prefix = prefix }, Token))
            names.Add(blob.Name);
        return names;
    }
}
