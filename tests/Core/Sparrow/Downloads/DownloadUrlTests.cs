using SparrowFunctions.Sparrow.Downloads;

namespace SparrowFunctions.Tests.Core.Sparrow.Downloads;

public sealed class DownloadUrlTests
{
    [Theory]
    [InlineData("/f?rscd=attachment%3B%20filename%3Dmy%2520x&sig=a%2Fb%2B%3D", "/f?rscd=attachment%3B%20filename%3Dmy%2520x&sig=a%2Fb%2B%3D")]
    [InlineData("/a/../b/./c%2e%2E/%7Eu//d?x=%41%zz", "/a/../b/./c%2e%2E/%7Eu//d?x=%41%zz")]
    [InlineData("/f?a=1&amp;b=2", "/f?a=1&b=2")]
    [InlineData("/f?a=1&amp;amp;b=2", "/f?a=1&amp;b=2")]
    [InlineData("/f?a=1&#38;b=2", "/f?a=1&b=2")]
    [InlineData("/f?a=1&copy=2&lt=3", "/f?a=1&copy=2&lt=3")]
    [InlineData("/报告 1.csv?n=\"x\"", "/%E6%8A%A5%E5%91%8A%201.csv?n=%22x%22")]
    [InlineData("/a\\b|c", "/a%5Cb%7Cc")]
    [InlineData("/f?x=1#part", "/f?x=1")]
    [InlineData("", "/")]
    [InlineData("?x=1", "/?x=1")]
    [InlineData("/f\r\nX-Evil: 1", "/f%0D%0AX-Evil:%201")]
    public async Task The_target_reaches_the_server_as_it_was(string target, string onTheWire)
    {
        await using var server = RawServer.Answering("x");
        using var setup = new SparrowSetup(server.Url);

        await using var file = (await setup.Downloads.OpenAsync(server.Url + target, TestContext.Current.CancellationToken)).Value.ShouldNotBeNull();

        var request = server.Requests.ShouldHaveSingleItem();
        request.FirstLine.ShouldBe($"GET {onTheWire} HTTP/1.1");
        request.Header("Authorization").ShouldBeNull();
        request.Head.ShouldNotContain(SparrowSetup.Key);
        request.Header("X-Evil").ShouldBeNull();
    }

    [Theory]
    [InlineData("ftp://x.example/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/relative")]
    [InlineData("sandbox:/mnt/data/x.csv")]
    [InlineData("https://")]
    [InlineData("https:///a")]
    [InlineData("https://user:pw@x.example/a")]
    [InlineData("https://x.example:99999/a")]
    [InlineData("https://x exa.mple/a")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_plain_web_address_is_refused(string? url)
    {
        DownloadUrl.Parse(url, out var problem).ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_refused_address_is_rejected_without_a_request()
    {
        using var setup = new SparrowSetup("http://127.0.0.1:9");

        var error = (await setup.Downloads.OpenAsync("file:///etc/passwd", TestContext.Current.CancellationToken)).Error.ShouldNotBeNull();

        (error.Kind, error.Fault).ShouldBe((SparrowFunctions.Sparrow.FailureKind.Rejected, SparrowFunctions.Sparrow.SparrowFault.NotSent));
    }
}
