using System.Text;
using System.Text.RegularExpressions;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Requests;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Sparrow;

/// <summary>Every route as it stands on the wire, head and body.</summary>
public sealed partial class WireGoldenTests
{
    private const string Attachment = """{"id":"file-1","name":"数据.md","size":15249,"fileTokenSize":15249,"mimeType":"text/markdown","new_field":{"a":[1.0,2e3]}}""";
    private const string Part = """{"name":"a.png","asset_pointer":"file-service://file-2","size_bytes":10,"width":1,"height":2,"mimeType":"image/png"}""";

    public static TheoryData<string> ChatCases => [.. Chats.Keys];

    public static TheoryData<string> UploadCases => [.. Uploads.Keys];

    private static readonly Dictionary<string, (ChatRequest Request, (string, string)[] Settings)> Chats = new()
    {
        ["all-tools"] = (SparrowSetup.Ask(), []),
        ["all-tools-chained-with-files"] = (SparrowSetup.Ask("Was steht drin?") with
        {
            ConversationId = "internal:Xq\"G",
            ParentMessageId = "m0",
            HistoryAndTrainingDisabled = false,
            Attachments = [SparrowSetup.Json(Attachment)],
            Parts = [SparrowSetup.Json(Part)],
        }, []),
        ["all-tools-parent-without-conversation"] = (SparrowSetup.Ask() with { ParentMessageId = "m0" }, []),
        ["all-tools-extra"] = (SparrowSetup.Ask("你是gpt3还是gpt4 <&> \"\n") with { Extra = SparrowSetup.Json("""{"max_tokens":500,"x":{"y":[null,1.50]}}""") }, []),
        ["all-tools-concurrent"] = (SparrowSetup.Ask() with { Mode = SparrowMode.Concurrent }, []),
        ["all-tools-bare"] = (SparrowSetup.Ask(), [("Sparrow__Authorization", "bare")]),
        ["all-tools-g0"] = (SparrowSetup.Ask(), [("Sparrow__Profile", "G0")]),
        ["all-tools-g2"] = (SparrowSetup.Ask(), [("Sparrow__Profile", "g2")]),
        ["all-tools-own-path"] = (SparrowSetup.Ask(), [("Sparrow__Paths__StandardAllTools", "/v9/talk")]),
        ["gizmos"] = (SparrowSetup.Ask() with { GizmoId = "g-HMNcP6w7d", Model = "gpt-4-gizmo" }, []),
        ["gizmos-concurrent"] = (SparrowSetup.Ask() with { GizmoId = "g-HMNcP6w7d", Model = "gpt-4-gizmo", Mode = SparrowMode.Concurrent }, []),
        ["gizmos-g2"] = (SparrowSetup.Ask() with { GizmoId = "g-HMNcP6w7d", Model = "gpt-4-gizmo" }, [("Sparrow__Profile", "G2")]),
        ["system"] = (Several() with { Attachments = [SparrowSetup.Json(Attachment)] }, []),
        ["system-concurrent"] = (Several() with { Mode = SparrowMode.Concurrent }, []),
        ["system-gizmos"] = (Several() with { GizmoId = "g-1" }, []),
        ["free"] = (SparrowSetup.Ask("你是gpt-3还是4?") with { Model = "gpt-3.5-turbo", Mode = SparrowMode.Free }, []),
        ["free-bearer"] = (SparrowSetup.Ask() with { Mode = SparrowMode.Free }, [("Sparrow__FreeAuthorization", "bearer")]),
    };

    private static readonly Dictionary<string, (SparrowUpload Upload, (string, string)[] Settings)> Uploads = new()
    {
        ["upload"] = (File("report.md", "text/markdown"), []),
        ["upload-image"] = (File("pics/a.png", "image/png") with { ConversationId = "internal-abc" }, []),
        ["upload-image-as-file"] = (File("a.png", "image/png") with { Type = UploadType.MyFiles }, []),
        ["upload-odd-name"] = (File("报告 \"1\"\r\n.csv", "text/csv"), []),
        ["upload-unknown-length"] = (File("a.txt", contentType: null) with { Length = null }, []),
        ["upload-concurrent"] = (File("a.txt", "text/plain") with { Mode = SparrowMode.Concurrent }, []),
        ["upload-g0"] = (File("a.txt", "text/plain"), [("Sparrow__Profile", "G0")]),
        ["upload-g2"] = (File("a.txt", "text/plain"), [("Sparrow__Profile", "G2")]),
    };

    [Theory]
    [MemberData(nameof(ChatCases))]
    public async Task A_chat_is_written_as_agreed(string name)
    {
        await using var server = RawServer.Answering(SparrowSetup.Answer("hi"));
        using var setup = new SparrowSetup(server.Url, Chats[name].Settings);

        var outcome = await setup.Client.ChatAsync(Chats[name].Request, TestContext.Current.CancellationToken);

        outcome.Succeeded.ShouldBeTrue(outcome.Error?.Reason);
        Golden.Match($"Core/Sparrow/Golden/wire/{name}.txt", Wire(server.Requests.ShouldHaveSingleItem()));
    }

    [Theory]
    [MemberData(nameof(UploadCases))]
    public async Task An_upload_is_written_as_agreed(string name)
    {
        await using var server = RawServer.Answering("""{"conversation_id":"internal:1","attachment":{"id":"file-1"},"part":null}""");
        using var setup = new SparrowSetup(server.Url, Uploads[name].Settings);

        var outcome = await setup.Client.UploadAsync(Uploads[name].Upload with { Content = new MemoryStream("content"u8.ToArray()) }, TestContext.Current.CancellationToken);

        outcome.Succeeded.ShouldBeTrue(outcome.Error?.Reason);
        Golden.Match($"Core/Sparrow/Golden/wire/{name}.txt", Wire(server.Requests.ShouldHaveSingleItem()));
    }

    [Fact]
    public async Task The_pool_is_asked_with_a_get_on_the_free_host()
    {
        await using var server = RawServer.Answering("""{"count": 17}""");
        using var setup = new SparrowSetup(server.Url, ("Sparrow__BaseUrl", "http://127.0.0.1:9"));

        var outcome = await setup.Client.GetPoolAsync(TestContext.Current.CancellationToken);

        outcome.Value.ShouldBe(new SparrowPool(17, """{"count": 17}"""));
        Golden.Match("Core/Sparrow/Golden/wire/pool.txt", Wire(server.Requests.ShouldHaveSingleItem()));
    }

    [Fact]
    public async Task A_base_address_with_a_path_keeps_it()
    {
        await using var server = RawServer.Answering(SparrowSetup.Answer("hi"));
        using var setup = new SparrowSetup(server.Url + "/gateway/");

        await setup.Client.ChatAsync(SparrowSetup.Ask(), TestContext.Current.CancellationToken);

        server.Requests.ShouldHaveSingleItem().FirstLine.ShouldBe("POST /gateway/standard/all-tools HTTP/1.1");
    }

    [Theory]
    [InlineData("G0", SparrowMode.Concurrent, false, "Sparrow__Paths__ConcurrentAllTools")]
    [InlineData("G0", SparrowMode.Standard, true, "Sparrow__Paths__StandardSystemAllTools")]
    [InlineData("G2", SparrowMode.Concurrent, false, "Sparrow__Paths__ConcurrentAllTools")]
    [InlineData("G2", SparrowMode.Standard, true, "Sparrow__Paths__StandardSystemAllTools")]
    public async Task A_route_that_the_profile_lacks_is_rejected_without_a_call(string profile, SparrowMode mode, bool several, string setting)
    {
        await using var server = RawServer.Answering(SparrowSetup.Answer("hi"));
        using var setup = new SparrowSetup(server.Url, ("Sparrow__Profile", profile));

        var outcome = await setup.Client.ChatAsync((several ? Several() : SparrowSetup.Ask()) with { Mode = mode }, TestContext.Current.CancellationToken);

        outcome.Error.ShouldNotBeNull().Kind.ShouldBe(FailureKind.Rejected);
        outcome.Error.Fault.ShouldBe(SparrowFault.NotSent);
        outcome.Error.Reason.ShouldContain($"Profile {profile}");
        outcome.Error.Reason.ShouldContain(setting);
        server.Requests.ShouldBeEmpty();
    }

    private static ChatRequest Several() => new()
    {
        Model = "gpt-4",
        Messages = [new("system", "Be brief."), new("user", "hi", Parts: [SparrowSetup.Json(Part)]), new("assistant", "yes?")],
    };

    private static SparrowUpload File(string name, string? contentType) =>
        new() { Content = Stream.Null, Length = 7, FileName = name, ContentType = contentType };

    private static string Wire(RawRequest request)
    {
        var head = request.Head.Split("\r\n").Where(static line => !line.StartsWith("traceparent:", StringComparison.OrdinalIgnoreCase));
        var text = string.Join("\r\n", head) + "\r\n\r\n" + Encoding.UTF8.GetString(request.Body);
        return Boundary().Replace(Host().Replace(text, "Host: {host}"), "{boundary}");
    }

    [GeneratedRegex("Host: 127.0.0.1:[0-9]+", RegexOptions.None, 60_000)]
    private static partial Regex Host();

    [GeneratedRegex("sparrow-[0-9a-f]{32}", RegexOptions.None, 60_000)]
    private static partial Regex Boundary();
}
