using System.Text;
using System.Text.Json;
using SparrowFunctions.Intake.Hooks;

namespace SparrowFunctions.Tests.Core.Intake.Hooks;

public sealed class HookBodyTests
{
    [Theory]
    [InlineData("application/json", """{"a":1}""", """{"a":1}""")]
    [InlineData("application/json; charset=utf-8", "\uFEFF[1]", "[1]")]
    [InlineData(null, """{"a":1}""", """{"a":1}""")]
    [InlineData("text/plain", """{"a":1}""", """{"a":1}""")]
    [InlineData("application/json", "", "{}")]
    [InlineData("application/x-www-form-urlencoded", "", "{}")]
    [InlineData("application/x-www-form-urlencoded", "text=a+b%26c&command=%2Fx&empty=", """{"text":"a b&c","command":"/x","empty":""}""")]
    [InlineData("Application/X-WWW-Form-Urlencoded; charset=utf-8", "payload=%7B%22a%22%3A1%7D", """{"a":1}""")]
    public void A_body_is_read_as_json(string? type, string body, string json) => JsonElement.DeepEquals(HookBody.Read(Request(type, body), out _)!.Value, JsonElement.Parse(json)).ShouldBeTrue();

    [Theory]
    [InlineData("application/json", "Hello, World!", "line 1, byte 1")]
    [InlineData("application/json", "{\n  \"a\": x}", "line 2, byte 8")]
    [InlineData("application/json", """{"a":1} more""", "line 1, byte 9")]
    [InlineData("application/x-www-form-urlencoded", "payload=oops", "line 1, byte 1")]
    public void What_is_not_json_is_told_with_its_place(string type, string body, string place)
    {
        HookBody.Read(Request(type, body), out var rejection).ShouldBeNull();

        rejection!.Reason.ShouldStartWith($"The body is not JSON: {place}.");
        rejection.Reason.ShouldContain("Send JSON");
    }

    [Fact]
    public void A_body_that_is_nested_too_deep_is_refused() => HookBody.Read(Request("application/json", new string('[', 100) + new string(']', 100)), out _).ShouldBeNull();

    [Fact]
    public void A_body_that_is_no_utf_8_is_refused()
    {
        HookBody.Read(new HookRequest(new Dictionary<string, string>(), new byte[] { (byte)'"', 0xff, (byte)'"' }), out var rejection).HasValue.ShouldBeFalse();

        rejection!.Reason.ShouldBe("The body is not UTF-8 text. Encode it as UTF-8.");
    }

    private static HookRequest Request(string? type, string body)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (type is not null)
            headers["Content-Type"] = type;
        return new HookRequest(headers, Encoding.UTF8.GetBytes(body));
    }
}
