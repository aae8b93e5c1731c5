using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SparrowFunctions.Callbacks;

namespace SparrowFunctions.Tests.Core.Callbacks;

public sealed class WebhookSignatureTests
{
    private const string Old = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
    private const string New = "whsec_NzY1NDMyMTBmZWRjYmE5ODc2NTQzMjEw";
    private const string Id = "msg_0123456789abcdef0123456789abcdef";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"type":"job.succeeded","data":{"answer":"麻雀 — a sparrow 😀"}}""");

    [Fact]
    public void Id_time_and_body_are_signed()
    {
        var expected = HMACSHA256.HashData("0123456789abcdef01234567"u8, [.. Encoding.UTF8.GetBytes($"{Id}.1795000000."), .. Body]);

        WebhookSignature.Sign([Old], Id, Now, Body).ShouldBe($"v1,{Convert.ToBase64String(expected)}");
    }

    [Fact]
    public async Task A_receiver_that_knows_the_secret_accepts_it_and_no_other_does() =>
        (await WebhookVerifier.VerifyAsync(
            (Old, Headers(WebhookSignature.Sign([Old], Id, Now, Body)), Body),
            (New, Headers(WebhookSignature.Sign([Old], Id, Now, Body)), Body),
            (Old, Headers(WebhookSignature.Sign([Old], Id, Now, Body)), [.. Body, (byte)' ']),
            (Old, Headers(WebhookSignature.Sign([Old], Id, Now.AddSeconds(1), Body)), Body),
            (Old, Headers(WebhookSignature.Sign([Old], "msg_x", Now, Body)), Body)))
        .ShouldBe(["ok", "No matching signature found", "No matching signature found", "No matching signature found", "No matching signature found"]);

    [Fact]
    public async Task While_secrets_are_exchanged_both_are_signed_with()
    {
        var signature = WebhookSignature.Sign([New, Old], Id, Now, Body);

        signature.Split(' ').Length.ShouldBe(2);
        (await WebhookVerifier.VerifyAsync((Old, Headers(signature), Body), (New, Headers(signature), Body))).ShouldBe(["ok", "ok"]);
    }

    private static Dictionary<string, string> Headers(string signature) => new()
    {
        ["webhook-id"] = Id,
        ["webhook-timestamp"] = Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        ["webhook-signature"] = signature,
    };
}
