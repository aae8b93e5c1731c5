using SparrowFunctions.Web;

namespace SparrowFunctions.Tests.Core.Web;

public sealed class PreferenceTests
{
    [Theory]
    [InlineData("wait=10", 10)]
    [InlineData("WAIT=10", 10)]
    [InlineData("Wait = \"10\"", 10)]
    [InlineData("respond-async, wait=7; x=y", 7)]
    [InlineData("wait=100000000000", 100)]
    [InlineData("wait=101", 100)]
    [InlineData("wait=0", null)]
    [InlineData("wait=-1", null)]
    [InlineData("wait=1.5", null)]
    [InlineData("wait", null)]
    [InlineData("waiting=5", null)]
    [InlineData("", null)]
    public void A_wait_is_read_and_clipped_and_what_is_not_understood_is_ignored(string header, int? seconds) =>
        Preference.Wait(header)?.TotalSeconds.ShouldBe(seconds!.Value);

    [Fact]
    public void Nothing_asked_is_nothing_granted() => (Preference.Wait(default), Preference.Wait("wait=0"), Preference.Wait("return=minimal")).ShouldBe((null, null, null));
}
