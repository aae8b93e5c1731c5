using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace SparrowFunctions.Tests.Emulator;

public sealed class DownloadTests
{
    private static async Task<EmulatorDriver> StartAsync(string name = "a.csv", string form = "plain", TimeProvider? time = null)
    {
        var sparrow = await EmulatorDriver.StartAsync(time);
        var file = System.Text.Json.JsonSerializer.Serialize(new { name, base64 = "YSxi", nameForm = form });
        await sparrow.AnswerAsync($$"""[{"promptContains":"make","files":[{{file}}]}]""");
        return sparrow;
    }

    private static Task<EmulatorDriver.Answer> MakeAsync(EmulatorDriver sparrow) =>
        sparrow.ChatAsync(new { message = "make it", history_and_training_disabled = false });

    [Fact]
    public async Task A_file_comes_without_a_key_once_history_is_kept()
    {
        await using var sparrow = await StartAsync();
        var answer = await MakeAsync(sparrow);
        answer.Said.ShouldContain("(sandbox:/mnt/data/a.csv)");
        answer.Said.ShouldEndWith("\"make it\"");

        var file = await sparrow.DownloadAsync(answer.Downloads.ShouldHaveSingleItem());

        file.Status.ShouldBe(200);
        file.Text.ShouldBe("a,b");
        file.ContentHeaders.ContentType!.MediaType.ShouldBe("text/csv");
        file.ContentHeaders.GetValues("Content-Disposition").ShouldHaveSingleItem().ShouldBe("attachment; filename=a.csv");
        var call = (await sparrow.CallsAsync())[^1];
        call.GetProperty("kind").GetString().ShouldBe("download");
        call.GetProperty("tokenHash").GetString().ShouldBeNull();
        call.GetProperty("billed").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    public async Task With_history_off_or_unsaid_the_address_is_there_but_the_file_is_not(int status)
    {
        await using var sparrow = await StartAsync();
        await sparrow.SetAsync($$"""{"historyOffStatus":{{status}}}""");
        foreach (var body in new object[] { new { message = "make" }, new { message = "make", history_and_training_disabled = true } })
        {
            var answer = await sparrow.ChatAsync(body);
            (await sparrow.DownloadAsync(answer.Downloads.ShouldHaveSingleItem())).Status.ShouldBe(status);
        }
    }

    [Fact]
    public async Task A_dalle_image_comes_with_history_off_too()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.AnswerAsync("""[{"promptContains":"draw","images":[{}]}]""");

        var answer = await sparrow.ChatAsync(new { message = "draw" });

        var image = await sparrow.DownloadAsync(answer.Downloads.ShouldHaveSingleItem());
        image.Status.ShouldBe(200);
        image.ContentHeaders.ContentType!.MediaType.ShouldBe("image/png");
        answer.Text.ShouldContain("file-service://" + new Uri(answer.Downloads[0]).AbsolutePath.Trim('/'));
    }

    [Fact]
    public async Task An_address_expires_with_403_in_xml()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await StartAsync(time: time);
        await sparrow.SetAsync("""{"clockScale":10}""");
        var url = (await MakeAsync(sparrow)).Downloads[0];
        time.Advance(TimeSpan.FromSeconds(29));
        (await sparrow.DownloadAsync(url)).Status.ShouldBe(200);

        time.Advance(TimeSpan.FromSeconds(2));
        var late = await sparrow.DownloadAsync(url);

        late.Status.ShouldBe(403);
        late.ContentHeaders.ContentType!.MediaType.ShouldBe("application/xml");
        late.Text.ShouldContain("<Code>AuthenticationFailed</Code>");
    }

    [Fact]
    public async Task An_address_that_was_tampered_with_is_403()
    {
        await using var sparrow = await StartAsync();
        var url = WebUtility.HtmlDecode((await MakeAsync(sparrow)).Downloads[0]);
        string[] changed = [url.Replace("se=2", "se=3"), url[..url.IndexOf("&sig", StringComparison.Ordinal)], url.Replace("a.csv", "b.csv"), Uri.UnescapeDataString(url)];
        foreach (var bad in changed) (await sparrow.DownloadAsync(bad)).Text.ShouldContain("AuthenticationFailed", customMessage: bad);
    }

    [Fact]
    public async Task An_address_is_html_escaped_unless_the_setting_says_no()
    {
        await using var sparrow = await StartAsync();
        var escaped = (await MakeAsync(sparrow)).Downloads[0];
        escaped.ShouldContain("&amp;sp=r");
        ((int)(await sparrow.Http.GetAsync(escaped)).StatusCode).ShouldBe(403);

        await sparrow.SetAsync("""{"escapeUrls":false}""");
        var plain = (await MakeAsync(sparrow)).Downloads[0];
        plain.ShouldNotContain("&amp;");
        ((int)(await sparrow.Http.GetAsync(plain)).StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_sent_along_is_refused()
    {
        await using var sparrow = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, WebUtility.HtmlDecode((await MakeAsync(sparrow)).Downloads[0]));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer key");

        ((int)(await sparrow.Http.SendAsync(request)).StatusCode).ShouldBe(403);
        (await sparrow.CallsAsync())[^1].GetProperty("tokenHash").GetString().ShouldNotBeNull();
    }

    [Theory]
    [InlineData("my rep.csv", "plain", "attachment; filename=my rep.csv", "filename%3Dmy%20rep.csv")]
    [InlineData("a\"b;&.csv", "quoted", "attachment; filename=\"a\\\"b;&.csv\"", "filename%3D%22a%5C%22b%3B%26.csv%22")]
    [InlineData("my rep&ort.csv", "encoded", "attachment; filename=my%20rep%26ort.csv", "filename%3Dmy%2520rep%2526ort.csv")]
    [InlineData("麻雀.csv", "plain", "attachment; filename*=UTF-8''%E9%BA%BB%E9%9B%80.csv", "filename%3D%E9%BA%BB%E9%9B%80.csv")]
    [InlineData("麻雀.csv", "extended", "attachment; filename*=UTF-8''%E9%BA%BB%E9%9B%80.csv", "filename%2A%3DUTF-8%27%27%25E9%25BA%25BB%25E9%259B%2580.csv")]
    [InlineData("a\r\nb.csv", "plain", "attachment; filename*=UTF-8''a%0D%0Ab.csv", "filename%3Da%0D%0Ab.csv")]
    public async Task Odd_names_survive_in_every_form(string name, string form, string header, string inAddress)
    {
        await using var sparrow = await StartAsync(name, form);
        var url = (await MakeAsync(sparrow)).Downloads[0];
        url.ShouldContain(inAddress);

        var file = await sparrow.DownloadAsync(url);

        file.Status.ShouldBe(200, file.Text);
        file.ContentHeaders.NonValidated["Content-Disposition"].ShouldHaveSingleItem().ShouldBe(header);
    }

    [Fact]
    public async Task Links_of_a_given_text_are_left_alone_and_missing_ones_follow_it()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.AnswerAsync("""
            [{"promptContains":"linked","text":"See [it](sandbox:/mnt/data/a.csv).","files":[{"name":"a.csv","base64":"YQ=="}]},
             {"promptContains":"bare","text":"Done.","files":[{"name":"a (1).csv","base64":"YQ=="},{"name":"b.csv","base64":"YQ=="}]},
             {"promptContains":"bare","text":"never reached"}]
            """);

        (await sparrow.ChatAsync(new { message = "linked" })).Said.ShouldBe("See [it](sandbox:/mnt/data/a.csv).");
        (await sparrow.ChatAsync(new { message = "bare" })).Said.ShouldBe(
            "Done.\n\n[Download a (1).csv](sandbox:/mnt/data/a%20%281%29.csv)\n[Download b.csv](sandbox:/mnt/data/b.csv)");
    }
}
