using SparrowFunctions.LocalHost.Host.Blobs;

namespace SparrowFunctions.Tests.LocalHost.Host.Blobs;

public sealed class BlobPathPatternTests
{
    [Theory]
    [InlineData("drop/{name}", "a/b/c d.txt", "name=a/b/c d.txt")]
    [InlineData("drop/{name}", "合同/报告 (终稿).txt", "name=合同/报告 (终稿).txt")]
    [InlineData("drop/{name}", "odd/100%&#+.txt", "name=odd/100%&#+.txt")]
    [InlineData("drop/{name}", "two\nlines", "name=two\nlines")]
    [InlineData("batches/{name}.jsonl", "2026/x.jsonl", "name=2026/x")]
    [InlineData("batches/{name}.jsonl", "x.jsonl.tmp", null)]
    [InlineData("batches/{name}.jsonl", "xjsonl", null)]
    [InlineData("drop/in/{folder}/{file}", "in/a/b/c.txt", "folder=a/b;file=c.txt")]
    [InlineData("drop/in/{folder}/{file}", "out/a/b", null)]
    [InlineData("drop", "anything", "")]
    public void Tokens_stand_for_parts_of_the_name(string path, string name, string? expected)
    {
        BlobPathPattern.TryParse(path, out var pattern).ShouldBeTrue();

        var tokens = pattern!.Match(name);

        (tokens is null ? null : string.Join(';', tokens.Select(t => $"{t.Key}={t.Value}"))).ShouldBe(expected);
    }

    [Theory]
    [InlineData("drop/{name}", "")]
    [InlineData("drop/in/{folder}/x", "in/")]
    [InlineData("drop/fixed.txt", "fixed.txt")]
    public void Only_names_with_the_prefix_are_listed(string path, string prefix)
    {
        BlobPathPattern.TryParse(path, out var pattern).ShouldBeTrue();

        pattern!.Prefix.ShouldBe(prefix);
    }

    [Theory]
    [InlineData("{container}/{name}")]
    [InlineData("Drop/{name}")]
    [InlineData("drop/{name")]
    [InlineData("drop/name}")]
    [InlineData("drop/{a}/{A}")]
    [InlineData("")]
    public void Other_paths_are_refused(string path) => BlobPathPattern.TryParse(path, out _).ShouldBeFalse();
}
