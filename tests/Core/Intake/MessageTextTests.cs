using System.Text;
using CsCheck;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Tests.Core.Intake;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData("hello", "hello", false)]
    [InlineData("  hello \r\n", "hello", false)]
    [InlineData("\uFEFFhello", "hello", false)]
    [InlineData("\uFEFF {\"prompt\":\"x\"} ", "{\"prompt\":\"x\"}", true)]
    [InlineData("{ not json", "{ not json", true)]
    [InlineData("[1]", "[1]", false)]
    [InlineData("test", "test", false)] // canonical base64, but too short to be suspected
    [InlineData("Say \"hi\"", "Say \"hi\"", false)]
    [InlineData("你好,世界", "你好,世界", false)]
    public void A_text_is_taken_as_it_is(string raw, string text, bool isJson)
    {
        var message = MessageText.Read(raw);

        message.Rejection.ShouldBeNull();
        message.Text.ShouldBe(text);
        message.IsJson.ShouldBe(isJson);
    }

    [Theory]
    [InlineData("{\"prompt\":\"a\\nb\"}", true)]
    [InlineData("{\r\n\t\"prompt\": \"pretty\"\r\n}", true)]
    [InlineData("What is the weather?", false)]
    [InlineData("\uFEFF你好,世界", false)]
    public void Base64_of_a_text_is_decoded(string text, bool isJson)
    {
        var message = MessageText.Read(Base64(Encoding.UTF8.GetBytes(text)));

        message.Text.ShouldBe(text.TrimStart('\uFEFF'));
        message.IsJson.ShouldBe(isJson);
    }

    [Fact]
    public void What_was_decoded_is_looked_at_again() =>
        MessageText.Read(Base64(Encoding.UTF8.GetBytes(Base64(Encoding.UTF8.GetBytes("{\"prompt\":\"twice\"}"))))).Text.ShouldBe("{\"prompt\":\"twice\"}");

    [Fact]
    public void Long_base64_of_bytes_that_are_no_text_is_rejected()
    {
        byte[] bytes = [0xff, 0xfe, 0xfd, 0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85];

        var message = MessageText.Read(Base64(bytes));

        message.Rejection.ShouldNotBeNull().Reason.ShouldContain("not UTF-8 text");
    }

    [Fact]
    public void Long_base64_of_text_with_control_characters_is_rejected() =>
        MessageText.Read(Base64(Encoding.UTF8.GetBytes("a text with \u0001 in it"))).Rejection.ShouldNotBeNull();

    [Theory]
    [InlineData("AAAA")]
    [InlineData("/////w==")]
    [InlineData("aGVsbG8=x")]
    [InlineData("aGVsbG8gd29ybGQh===")] // wrong padding
    [InlineData("aGVsbG9=")] // not canonical: stray bits
    public void What_is_no_canonical_base64_or_too_short_stays_a_text(string raw) =>
        MessageText.Read(raw).Text.ShouldBe(raw);

    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n")]
    [InlineData("\uFEFF")]
    public void An_empty_message_is_rejected(string raw) =>
        MessageText.Read(raw).Rejection.ShouldNotBeNull().Reason.ShouldBe("The message is empty. Send the prompt as text, or JSON with a prompt field.");

    [Fact]
    public void Plain_and_base64_of_any_json_read_the_same() =>
        Gen.String.Sample(text =>
        {
            var json = System.Text.Json.JsonSerializer.Serialize(new { prompt = text });
            MessageText.Read(json).Text.ShouldBe(MessageText.Read(Base64(Encoding.UTF8.GetBytes(json))).Text);
        });

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);
}
