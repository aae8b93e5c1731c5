using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace SparrowFunctions.Tests.Emulator;

public sealed class UploadTests
{
    private static readonly byte[] Bytes = "some bytes"u8.ToArray();

    [Fact]
    public async Task The_answer_names_the_attached_files_by_name_size_and_hash()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var first = await sparrow.UploadAsync(Bytes, "Bericht 麻雀.txt");
        var second = await sparrow.UploadAsync(Images.Gif(3, 4), "b.gif", first.ConversationId, "multimodal");
        second.ConversationId.ShouldBe(first.ConversationId);

        var answer = await sparrow.ChatAsync(new
        {
            message = "read",
            conversation_id = second.ConversationId,
            attachments = new[] { first.Json.GetProperty("attachment") },
            parts = new[] { second.Json.GetProperty("part") },
        });

        var hash = Convert.ToHexStringLower(SHA256.HashData(Bytes));
        answer.Said.ShouldContain($"Bericht 麻雀.txt (10 bytes, sha256 {hash})");
        answer.Said.ShouldContain("b.gif (13 bytes, sha256 ");
        var files = (await sparrow.CallsAsync())[^1].GetProperty("files");
        files.GetArrayLength().ShouldBe(2);
        files[0].GetProperty("name").GetString().ShouldBe("Bericht 麻雀.txt");
        files[0].GetProperty("size").GetInt64().ShouldBe(10);
        files[0].GetProperty("sha256").GetString().ShouldBe(hash);
    }

    [Fact]
    public async Task A_file_of_another_conversation_is_409()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var mine = await sparrow.UploadAsync(Bytes, "a.txt");
        var other = await sparrow.UploadAsync(Bytes, "b.txt");
        var attachments = new[] { other.Json.GetProperty("attachment") };

        var foreign = await sparrow.ChatAsync(new { message = "x", conversation_id = mine.ConversationId, attachments });
        foreign.Status.ShouldBe(409);
        foreign.Detail.ShouldContain("does not belong to conversation " + mine.ConversationId);
        var none = await sparrow.ChatAsync(new { message = "x", attachments });
        none.Status.ShouldBe(409);
        none.Detail.ShouldContain("conversation_id");
        (await sparrow.ChatAsync(new { message = "x", conversation_id = other.ConversationId, attachments })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_upload_into_a_live_conversation_keeps_its_id_and_can_be_attached_there()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var turn = await sparrow.ChatAsync(new { message = "one" });

        var upload = await sparrow.UploadAsync(Bytes, "a.txt", turn.ConversationId);
        upload.ConversationId.ShouldBe(turn.ConversationId);
        var next = await sparrow.ChatAsync(new
        {
            message = "two",
            conversation_id = turn.ConversationId,
            parent_message_id = turn.MessageId,
            attachments = new[] { upload.Json.GetProperty("attachment") },
        });

        next.Status.ShouldBe(200, next.Text);
        next.ConversationId.ShouldBe(turn.ConversationId);
    }

    [Fact]
    public async Task Files_stay_with_the_conversation_that_follows_the_internal_one()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var upload = await sparrow.UploadAsync(Bytes, "a.txt");
        var attachments = new[] { upload.Json.GetProperty("attachment") };

        var first = await sparrow.ChatAsync(new { message = "one", conversation_id = upload.ConversationId, attachments });
        Guid.TryParse(first.ConversationId, out _).ShouldBeTrue();
        var second = await sparrow.ChatAsync(new { message = "two", conversation_id = first.ConversationId, parent_message_id = first.MessageId, attachments });

        second.Status.ShouldBe(200, second.Text);
    }

    [Fact]
    public async Task An_upload_into_an_unknown_conversation_is_404()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        (await sparrow.UploadAsync(Bytes, "a.txt", "internal:nowhere")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task The_separator_of_internal_ids_can_be_the_other_one()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"internalIdSeparator":"-"}""");

        var upload = await sparrow.UploadAsync(Bytes, "a.txt");

        upload.ConversationId.ShouldMatch("^internal-[A-Za-z0-9]{22}$");
        (await sparrow.ChatAsync(new { message = "x", conversation_id = upload.ConversationId })).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("multimodal", "notes.txt", "only images are multimodal")]
    [InlineData("ace_upload", "notes.txt", "type must be my_files or multimodal")]
    public async Task A_wrong_type_is_409(string type, string name, string expected)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var upload = await sparrow.UploadAsync(Bytes, name, type: type);
        upload.Status.ShouldBe(409);
        upload.Detail.ShouldContain(expected);
    }

    [Fact]
    public async Task A_form_without_a_file_and_a_body_that_is_no_form_are_409()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent(""), "conversation_id" } };
        sparrow.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "k");

        var noFile = await sparrow.Http.PostAsync("/standard/uploaded", form);
        var noForm = await sparrow.Http.PostAsync("/standard/uploaded", new StringContent("{}", Encoding.UTF8, "application/json"));

        ((int)noFile.StatusCode).ShouldBe(409);
        (await noFile.Content.ReadAsStringAsync()).ShouldContain("file is missing");
        ((int)noForm.StatusCode).ShouldBe(409);
        (await noForm.Content.ReadAsStringAsync()).ShouldContain("not multipart");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    public async Task A_form_whose_header_lacks_the_boundary_is_read_all_the_same(string contentType)
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        const string body = "--xyz\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n\"my_files\"\r\n"
            + "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\dir\\a%22b.txt\"\r\n\r\nhi\r\n--xyz--\r\n";
        using var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        sparrow.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "k");

        var response = await sparrow.Http.PostAsync("/standard/uploaded", content);

        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        (await sparrow.CallsAsync())[0].GetProperty("files")[0].GetProperty("name").GetString().ShouldBe("a\"b.txt");
    }

    [Fact]
    public async Task A_file_over_the_limit_is_413()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        await sparrow.SetAsync("""{"maxUploadBytes":10}""");

        (await sparrow.UploadAsync(Bytes, "ten.txt")).Status.ShouldBe(200);
        (await sparrow.UploadAsync([.. Bytes, 1], "eleven.txt")).Status.ShouldBe(413);
    }

    [Fact]
    public async Task A_large_file_is_hashed_as_it_streams_by()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var bytes = new byte[20_000_000];
        new Random(1).NextBytes(bytes);

        (await sparrow.UploadAsync(bytes, "large.bin")).Status.ShouldBe(200);

        var file = (await sparrow.CallsAsync())[0].GetProperty("files")[0];
        file.GetProperty("size").GetInt64().ShouldBe(bytes.Length);
        file.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task Width_and_height_are_read_from_all_four_kinds_of_images()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        (string, byte[], string)[] images =
        [
            ("a.png", Images.Png(1234, 567), "image/png"), ("a.gif", Images.Gif(1234, 567), "image/gif"),
            ("a.jpg", Images.Jpeg(1234, 567), "image/jpeg"), ("a.webp", Images.Webp(1234, 567), "image/webp"),
        ];
        foreach (var (name, bytes, type) in images)
        {
            var part = (await sparrow.UploadAsync(bytes, name, type: null)).Json.GetProperty("part");
            part.GetProperty("width").GetInt32().ShouldBe(1234, name);
            part.GetProperty("height").GetInt32().ShouldBe(567, name);
            part.GetProperty("mimeType").GetString().ShouldBe(type);
        }
    }
}
