using SparrowFunctions.Intake;

namespace SparrowFunctions.Tests.Core.Intake;

public sealed class CallbackAddressTests
{
    [Theory]
    [InlineData("https://example.com/outcomes?token=1")]
    [InlineData("https://example.com")]
    [InlineData("HTTPS://EXAMPLE.COM/x")]
    [InlineData("https://hooks.example.com:8443/a/b")]
    [InlineData("https://例え.jp/結果")]
    [InlineData("https://a_b.example.com/")]
    [InlineData("https://10.example.com/")]
    public void A_public_https_address_is_taken(string text)
    {
        CallbackAddress.Parse(text, [], out var problem).ShouldNotBeNull();
        problem.ShouldBeNull();
    }

    [Theory]
    [InlineData("", "is no address")]
    [InlineData("example.com", "is no address")]
    [InlineData("https://", "is no address")]
    [InlineData("https:/example.com", "is no address")]
    [InlineData("/outcomes", "is no address")]
    [InlineData("file:///etc/passwd", "is no address")]
    [InlineData("mailto:me@example.com", "is no address")]
    [InlineData("https://exa mple.com/", "holds a space")]
    [InlineData(" https://example.com/", "holds a space")]
    [InlineData("https://example.com/\n", "holds a space")]
    [InlineData("https://example.com\\@127.0.0.1/", "holds a space")]
    [InlineData("ftp://example.com/", "is neither https nor http")]
    [InlineData("gopher://example.com/", "is neither https nor http")]
    [InlineData("http://example.com/", "is not https")]
    [InlineData("https://me:secret@example.com/", "holds a user name or password")]
    [InlineData("https://@example.com/", "holds a user name or password")]
    [InlineData("https://example.com@127.0.0.1/", "holds a user name or password")]
    [InlineData("https://example.com/#part", "has a fragment")]
    [InlineData("https://example.com/#", "has a fragment")]
    [InlineData("https://example.com:22/", "names port 22")]
    [InlineData("https://example.com:0/", "names port 0")]
    [InlineData("https://example.com:80/", "names port 80")]
    [InlineData("https://example.com:70000/", "is no address")]
    [InlineData("https://93.184.216.34/", "names its host by number")]
    [InlineData("https://127.0.0.1/", "names its host by number")]
    [InlineData("https://127.0.0.1./", "names its host by number")]
    [InlineData("https://127.1/", "names its host by number")]
    [InlineData("https://0/", "names its host by number")]
    [InlineData("https://0.0.0.0/", "names its host by number")]
    [InlineData("https://2130706433/", "names its host by number")]
    [InlineData("https://017700000001/", "names its host by number")]
    [InlineData("https://0300.0250.0.1/", "names its host by number")]
    [InlineData("https://0x7f000001/", "names its host by number")]
    [InlineData("https://0x7f000001./", "names its host by number")]
    [InlineData("https://0x7f.0x0.0x0.0x1/", "names its host by number")]
    [InlineData("https://1.2.3.4.5/", "names its host by number")]
    [InlineData("https://256.1.1.1/", "names its host by number")]
    [InlineData("https://１２７.0.0.1/", "names its host by number")]
    [InlineData("https://127。0。0。1/", "names its host by number")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "names its host by number")]
    [InlineData("https://[::1]/", "names its host by number")]
    [InlineData("https://[::]/", "names its host by number")]
    [InlineData("https://[::ffff:10.0.0.1]/", "names its host by number")]
    [InlineData("https://[64:ff9b::10.0.0.1]/", "names its host by number")]
    [InlineData("https://[fd00:ec2::254]/", "names its host by number")]
    [InlineData("https://[fe80::1%25eth0]/", "names its host by number")]
    [InlineData("https://[2606:2800:220:1::1]/", "names its host by number")]
    [InlineData("https://localhost/", "names a host of the local network")]
    [InlineData("https://LOCALHOST/", "names a host of the local network")]
    [InlineData("https://ⓛocalhost/", "names a host of the local network")]
    [InlineData("https://localhost./", "has a dot after its host")]
    [InlineData("https://app.localhost/", "names a host of the local network")]
    [InlineData("https://intranet/", "names a host of the local network")]
    [InlineData("https://example.com./", "has a dot after its host")]
    public void An_address_that_is_wrong_on_its_face_is_refused_with_the_reason(string text, string reason)
    {
        CallbackAddress.Parse(text, [], out var problem).ShouldBeNull();

        problem.ShouldNotBeNull().ToString().ShouldStartWith($"callback.url: {reason}");
        problem.Remedy.ShouldNotBeEmpty();
    }

    [Fact]
    public void An_address_may_have_2048_characters_and_no_more()
    {
        var longest = "https://example.com/".PadRight(CallbackAddress.MaxLength, 'x');

        CallbackAddress.Parse(longest, [], out _).ShouldNotBeNull();
        CallbackAddress.Parse(longest + "x", [], out var problem).ShouldBeNull();
        problem!.Problem.ShouldBe("is 2049 characters long.");
    }

    [Theory]
    [InlineData("http://localhost:5000/x")]
    [InlineData("https://LocalHost/x")]
    [InlineData("http://127.0.0.1:22/")]
    [InlineData("http://[::1]:5000/")]
    [InlineData("http://build-server/")]
    public void A_host_that_the_settings_allow_may_be_anywhere(string text) =>
        CallbackAddress.Parse(text, ["localhost", "127.0.0.1", "::1", "build-server"], out _).ShouldNotBeNull();

    [Theory]
    [InlineData("http://localhost.example.com/", "is not https")]
    [InlineData("http://127.0.0.2/", "is not https")]
    [InlineData("https://127.0.0.2/", "names its host by number")]
    [InlineData("http://me@localhost/", "holds a user name or password")]
    [InlineData("http://localhost/#x", "has a fragment")]
    [InlineData("ftp://localhost/", "is neither https nor http")]
    public void Leave_for_one_host_is_leave_for_that_host_only(string text, string reason)
    {
        CallbackAddress.Parse(text, ["localhost", "127.0.0.1"], out var problem).ShouldBeNull();

        problem.ShouldNotBeNull().Problem.ShouldStartWith(reason);
    }
}
