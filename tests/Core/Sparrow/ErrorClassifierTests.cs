using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Tests.Core.Sparrow;

public sealed class ErrorClassifierTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly ErrorContext Plain = new(Now, Key: SparrowSetup.Key);
    private static readonly ErrorContext Chained = Plain with { ConversationId = "111a6011-1147" };

    [Theory]
    [InlineData(300, FailureKind.Rejected)]
    [InlineData(302, FailureKind.Rejected)]
    [InlineData(308, FailureKind.Rejected)]
    [InlineData(400, FailureKind.Rejected)]
    [InlineData(401, FailureKind.Gate)]
    [InlineData(402, FailureKind.Gate)]
    [InlineData(403, FailureKind.Gate)]
    [InlineData(404, FailureKind.Rejected)]
    [InlineData(405, FailureKind.Rejected)]
    [InlineData(408, FailureKind.Transient)]
    [InlineData(409, FailureKind.Rejected)]
    [InlineData(410, FailureKind.Rejected)]
    [InlineData(413, FailureKind.Rejected)]
    [InlineData(415, FailureKind.WrongModel)]
    [InlineData(422, FailureKind.Rejected)]
    [InlineData(429, FailureKind.SlowDown)]
    [InlineData(500, FailureKind.Transient)]
    [InlineData(502, FailureKind.Transient)]
    [InlineData(503, FailureKind.Transient)]
    [InlineData(504, FailureKind.Transient)]
    [InlineData(520, FailureKind.Transient)]
    [InlineData(524, FailureKind.Transient)]
    [InlineData(529, FailureKind.Transient)]
    public void A_status_alone_decides_the_kind(int status, FailureKind kind)
    {
        var error = ErrorClassifier.Classify(status, retryAfter: null, "", Plain);

        error.Kind.ShouldBe(kind);
        error.Status.ShouldBe(status);
        error.Fault.ShouldBe(SparrowFault.Answered);
        error.Reason.ShouldContain(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        error.Body.ShouldBeNull();
        error.PossiblyBilled.ShouldBe(kind == FailureKind.WrongModel);
    }

    [Theory]
    [InlineData("""{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota"}}""")]
    [InlineData("""{"error":{"message":"No.","code":"insufficient_quota"}}""")]
    [InlineData("""{"detail":"您超出了当前配额,请检查您的计划和账单详细信息"}""")]
    [InlineData("""{"message":"账号余额不足"}""")]
    [InlineData("""{"message":"\u8d26\u53f7\u4f59\u989d\u4e0d\u8db3"}""")]
    [InlineData("""{"message":"积分已用完"}""")]
    [InlineData("billing hard limit reached")]
    [InlineData("Insufficient points")]
    [InlineData("<html><title>429</title><body>Monthly spend reached</body></html>")]
    public void A_429_about_points_closes_the_gate(string body) =>
        ErrorClassifier.Classify(429, retryAfter: null, body, Plain).Kind.ShouldBe(FailureKind.Gate);

    [Theory]
    [InlineData("")]
    [InlineData("Too Many Requests")]
    [InlineData("""{"detail":"请求达到速率限制"}""")]
    [InlineData("""{"error":{"message":"Rate limit reached. Please try again in 20s. Visit https://platform.openai.com/account/billing to raise it.","code":"rate_limit_exceeded"}}""")]
    [InlineData("Rate limit reached, add a payment method under billing")]
    [InlineData("""{"detail":{"message":"cap","code":"model_cap_exceeded","clears_in":120}}""")]
    public void A_429_about_speed_slows_down(string body) =>
        ErrorClassifier.Classify(429, retryAfter: null, body, Plain).Kind.ShouldBe(FailureKind.SlowDown);

    [Theory]
    [InlineData(404, """{"detail":"Conversation not found"}""")]
    [InlineData(404, """{"detail":"111a6011-1147 is gone"}""")]
    [InlineData(409, """{"message":"会话已过期"}""")]
    [InlineData(400, """{"detail":{"message":"conversation_id expired"}}""")]
    public void A_refusal_that_names_the_conversation_is_a_lost_session_only_when_one_was_sent(int status, string body)
    {
        ErrorClassifier.Classify(status, retryAfter: null, body, Chained).Kind.ShouldBe(FailureKind.Session);
        ErrorClassifier.Classify(status, retryAfter: null, body, Plain).Kind.ShouldBe(FailureKind.Rejected);
    }

    [Theory]
    [InlineData(404, "<html><title>404 Not Found</title></html>")]
    [InlineData(409, """{"detail":"model is unknown"}""")]
    [InlineData(413, "conversation too large")]
    public void Another_refusal_stays_rejected_when_a_conversation_was_sent(int status, string body) =>
        ErrorClassifier.Classify(status, retryAfter: null, body, Chained).Kind.ShouldBe(FailureKind.Rejected);

    [Fact]
    public void A_415_of_an_upload_is_about_the_file_not_the_model() =>
        ErrorClassifier.Classify(415, retryAfter: null, "", Plain with { IsChat = false }).Kind.ShouldBe(FailureKind.Rejected);

    [Theory]
    [InlineData("7", "", 7.0)]
    [InlineData("1.5", "", 1.5)]
    [InlineData("-3", "", 0.0)]
    [InlineData("99999999999", "", 604800.0)]
    [InlineData("Mon, 23 Nov 2026 10:01:00 GMT", "", 60.0)]
    [InlineData("Mon, 23 Nov 2026 09:00:00 GMT", "", 0.0)]
    [InlineData("soon", "", -1.0)]
    [InlineData("NaN", "", -1.0)]
    [InlineData(null, "", -1.0)]
    [InlineData(null, """{"detail":{"clears_in":120}}""", 120.0)]
    [InlineData(null, """{"error":{"clears_in":3}}""", 3.0)]
    [InlineData("5", """{"detail":{"clears_in":120}}""", 120.0)]
    [InlineData("300", """{"detail":{"clears_in":120}}""", 300.0)]
    [InlineData(null, """{"detail":{"clears_in":"x"}}""", -1.0)]
    public void The_longer_wait_of_header_and_body_counts(string? header, string body, double seconds) =>
        (ErrorClassifier.Classify(429, header, body, Plain).RetryAfter?.TotalSeconds ?? -1).ShouldBe(seconds);

    [Theory]
    [InlineData("""{"detail":"A"}""", "(A)")]
    [InlineData("""{"detail":{"message":"B.","code":"x"}}""", "(B)")]
    [InlineData("""{"error":{"message":"C"}}""", "(C)")]
    [InlineData("""{"error":"D"}""", "(D)")]
    [InlineData("""{"code":409,"message":"E"}""", "(E)")]
    [InlineData("""{"detail":[{"loc":["body","model"],"msg":"F"},{"msg":"G"}]}""", "(F; G)")]
    [InlineData("""{"detail":"cut in the mid""", "(cut in the mid)")]
    [InlineData("""{"error":{"message":"cut \u4f60""", "(cut 你)")]
    [InlineData("<html><head><title> 502 Bad\n Gateway </title></head>", "(502 Bad Gateway)")]
    [InlineData("<html><style>p{}</style><p>Just &amp; a page", "(Just & a page)")]
    [InlineData("<?xml version=\"1.0\"?><Error><Code>X1</Code></Error>", "(X1)")]
    [InlineData("plain\ttext\r\n\u0007here", "(plain text here)")]
    [InlineData("[1,2", "([1,2)")]
    public void The_reason_is_made_of_the_bodys_own_words(string body, string words) =>
        ErrorClassifier.Classify(409, retryAfter: null, body, Plain).Reason.ShouldContain(words);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"x\":")]
    [InlineData("   ")]
    public void A_body_that_says_nothing_still_makes_a_reason(string body) =>
        ErrorClassifier.Classify(409, retryAfter: null, body, Plain).Reason.ShouldStartWith("Sparrow answered 409: wrong parameters");

    [Fact]
    public void A_redirect_names_its_host_and_is_not_followed() =>
        ErrorClassifier.Classify(302, retryAfter: null, "", Plain, "https://login.example.com/x?token=1").Reason
            .ShouldBe("Sparrow answered 302: a redirect to login.example.com, which is not followed; check the address in the settings.");

    [Fact]
    public void A_long_body_is_cut_and_its_reason_shorter_still()
    {
        var error = ErrorClassifier.Classify(500, retryAfter: null, new string('x', 100_000), Plain);

        error.Body.ShouldNotBeNull().Length.ShouldBe(64 * 1024);
        error.Reason.Length.ShouldBeLessThan(400);
    }

    [Theory]
    [InlineData("错")]
    [InlineData("x错")]
    [InlineData("🐦")]
    [InlineData("xx🐦")]
    public void A_long_body_is_cut_by_bytes_between_two_characters(string repeated)
    {
        var body = string.Concat(Enumerable.Repeat(repeated, 64 * 1024));

        var kept = ErrorClassifier.Classify(500, retryAfter: null, body, Plain).Body.ShouldNotBeNull();

        System.Text.Encoding.UTF8.GetByteCount(kept).ShouldBeInRange((64 * 1024) - 3, 64 * 1024);
        char.IsHighSurrogate(kept[^1]).ShouldBeFalse();
        body.ShouldStartWith(kept);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("json")]
    [InlineData("url")]
    [InlineData("slashes")]
    [InlineData("base64")]
    [InlineData("upper")]
    [InlineData("cut")]
    public void The_key_never_stands_in_reason_or_body(string form)
    {
        var echoed = form switch
        {
            "json" => System.Text.Json.JsonEncodedText.Encode(SparrowSetup.Key).ToString(),
            "url" => Uri.EscapeDataString(SparrowSetup.Key),
            "slashes" => SparrowSetup.Key.Replace("/", "\\/", StringComparison.Ordinal),
            "base64" => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(SparrowSetup.Key)),
            "upper" => SparrowSetup.Key.ToUpperInvariant(),
            "cut" => SparrowSetup.Key[..12],
            _ => SparrowSetup.Key,
        };
        var body = form == "cut" ? "{\"detail\":\"wrong key " + echoed : $$"""{"detail":"wrong key {{echoed}}!"}""";

        var error = ErrorClassifier.Classify(401, retryAfter: null, body, Plain, $"https://{SparrowSetup.Key}.example");

        error.Reason.ShouldContain("[key]");
        error.Reason.ShouldNotContain(echoed, Case.Insensitive);
        error.Body.ShouldNotBeNull().ShouldNotContain(echoed, Case.Insensitive);
        error.ToString().ShouldNotContain(SparrowSetup.Key);
        Plain.ToString().ShouldNotContain(SparrowSetup.Key);
    }
}
