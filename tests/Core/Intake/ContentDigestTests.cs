using SparrowFunctions.Intake;

namespace SparrowFunctions.Tests.Core.Intake;

public sealed class ContentDigestTests
{
    [Theory]
    [InlineData("""{"prompt":"x"}""", """{ "prompt" : "x" }""")]
    [InlineData("""{"prompt":"x","metadata":{"a":1,"b":[1,{"c":2,"d":3}]}}""", """{"metadata":{"b":[1,{"d":3,"c":2}],"a":1},"prompt":"x"}""")]
    [InlineData("""{"prompt":"x"}""", """{"prompt":"x","id":"other","v":1}""")]
    [InlineData("""{"prompt":"x"}""", """{"prompt":"x","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}""")]
    [InlineData("""{"prompt":"x","notBefore":"2026-11-23T10:00:00Z"}""", """{"prompt":"x","notBefore":"2026-11-23T12:00:00+02:00"}""")]
    [InlineData("""{"prompt":"x"}""", "x")]
    public void Order_spacing_id_and_trace_do_not_count(string one, string other) => Digest(one).ShouldBe(Digest(other));

    [Theory]
    [InlineData("""{"prompt":"x"}""", """{"prompt":"y"}""")]
    [InlineData("""{"prompt":"x"}""", """{"prompt":"x","model":"gpt-4"}""")]
    [InlineData("""{"prompt":"x"}""", """{"prompt":"x","wantFiles":false}""")]
    [InlineData("""{"prompt":"x","metadata":{"a":[1,2]}}""", """{"prompt":"x","metadata":{"a":[2,1]}}""")]
    [InlineData("""{"prompt":"x","conversation":"a"}""", """{"prompt":"x","conversation":"b"}""")]
    public void Every_other_difference_counts(string one, string other) => Digest(one).ShouldNotBe(Digest(other));

    [Fact]
    public void The_version_of_a_blob_counts()
    {
        var prompt = PromptReader.ReadMessage("""{"prompt":"x","files":["payloads/a"]}""", out _)!;
        var path = new BlobPath("payloads", "a");

        string Of(string etag) => ContentDigest.Of(new AcceptedPrompt(prompt, null, [new BlobVersion(path, etag, 1, null)]));

        Of("\"0x1\"").ShouldBe(Of("\"0x1\""));
        Of("\"0x1\"").ShouldNotBe(Of("\"0x2\""));
    }

    [Theory]
    [InlineData("""{"id":"a","files":["payloads/a"],"prompt":"x"}""", true)]
    [InlineData("""{"prompt":"x","files":["payloads/b"]}""", false)]
    public void Fields_are_the_same_whatever_their_blobs_hold(string other, bool same) => ContentDigest.HaveSameFields(
        PromptReader.ReadMessage("""{"prompt":"x","files":["payloads/a"]}""", out _)!, PromptReader.ReadMessage(other, out _)!).ShouldBe(same);

    private static string Digest(string text) => ContentDigest.Of(new AcceptedPrompt(PromptReader.ReadMessage(text, out _)!, null, []));
}
