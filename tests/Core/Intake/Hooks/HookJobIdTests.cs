using CsCheck;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Hooks;

namespace SparrowFunctions.Tests.Core.Intake.Hooks;

public sealed class HookJobIdTests
{
    private static readonly Gen<string> Name = Gen.Char["abcXYZ019-_"].Array[1, 40].Select(letters => new string(letters));
    private static readonly Gen<string> Delivery = Gen.OneOf(Gen.String, Gen.Char["ab.-_/1"].Array[0, 100].Select(letters => new string(letters)), Gen.Const("drop"), Gen.Const("."), Gen.Const("a."));

    [Theory]
    [InlineData("72d3162e-cc78-11e3-81ab-4c9367dc0958", "hook.issues.72d3162e-cc78-11e3-81ab-4c9367dc0958")]
    [InlineData("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", "hook.issues.msg_27UH4WbU6Z5A5EzD8u03UvzRbpk")]
    [InlineData("13345224609.738474920.8088930838d88f008e0", "hook.issues.13345224609.738474920.8088930838d88f008e0")]
    [InlineData("a/b c", "hook.issues.sha256-0af99a609169538538d589bf108a2131d8bc212c653d45ad44dedef60988ab9f")]
    public void The_id_tells_hook_and_delivery(string delivery, string id) => HookJobId.Of("issues", delivery).ToString().ShouldBe(id);

    [Fact]
    public void Any_delivery_of_any_hook_has_a_valid_id_and_always_the_same() => Gen.Select(Name, Delivery).Sample((name, delivery) =>
    {
        var id = HookJobId.Of(name, delivery).ToString();

        JobId.TryParse(id, out _).ShouldBeTrue(id);
        HookJobId.Of(name, delivery).ToString().ShouldBe(id);
    });

    [Fact]
    public void No_two_deliveries_share_an_id() => Gen.Select(Name, Delivery, Name, Delivery).Where((a, b, c, d) => (a, b) != (c, d)).Sample((a, b, c, d) =>
        HookJobId.Of(a, b).ShouldNotBe(HookJobId.Of(c, d)));

    [Fact]
    public void An_id_that_looks_like_a_digest_is_no_digest()
    {
        var digest = HookJobId.Of("x", "a/b").ToString()["hook.x.".Length..];

        HookJobId.Of("x", digest).ShouldNotBe(HookJobId.Of("x", "a/b"));
    }
}
