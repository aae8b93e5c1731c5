namespace SparrowFunctions.Sparrow.Responses;

/// <summary>The few words of an error's body that decide something.</summary>
internal static class ErrorWords
{
    // Said about an account that has to be topped up.
    private static readonly string[] Quota =
        ["quota", "insufficient", "out of points", "balance", "余额", "積分", "积分", "配额", "配額", "额度", "点数", "欠费", "充值", "monthly spend"];

    // Said about an account too, but also in the advice under a plain rate limit.
    private static readonly string[] WeakQuota = ["billing", "账单", "spend"];
    private static readonly string[] Rate = ["rate limit", "rate_limit", "ratelimit", "速率", "too many requests", "try again in", "model_cap_exceeded", "clears_in", "频率"];
    private static readonly string[] Conversation = ["conversation", "session", "会话", "會話", "对话", "對話"];

    /// <summary>Whether a 429 is about points or spending, not about speed.</summary>
    public static bool IsQuota(string body)
    {
        if (JsonText.TryParse(body, out var root))
        {
            var error = root.Get("error");
            var code = error.Get("code").Text() ?? error.Get("type").Text() ?? root.Get("detail", "code").Text() ?? root.Get("code").Text() ?? "";
            if (code.Contains("quota", StringComparison.OrdinalIgnoreCase)) return true;
            if (HasAny(code, ["rate_limit", "model_cap_exceeded", "too_many_requests"])) return false;
        }

        // \u escapes hide Chinese words in the raw text, so the text that people read is looked at too.
        var text = $"{body}\n{ReasonText.FromBody(body)}";
        return HasAny(text, Quota) || (HasAny(text, WeakQuota) && !HasAny(text, Rate));
    }

    /// <summary>Whether a refusal is about the conversation that was sent.</summary>
    public static bool NamesConversation(string body, string conversationId) =>
        HasAny($"{body}\n{ReasonText.FromBody(body)}", Conversation) || body.Contains(conversationId, StringComparison.Ordinal);

    /// <summary>The upstream cap's own back-off, in seconds.</summary>
    public static TimeSpan? ClearsIn(string body)
    {
        if (!body.Contains("clears_in", StringComparison.Ordinal) || !JsonText.TryParse(body, out var root)) return null;
        foreach (var place in new[] { root.Get("detail"), root.Get("error"), root })
        {
            var value = place.Get("clears_in");
            if (value.ValueKind == System.Text.Json.JsonValueKind.Number && value.TryGetDouble(out var seconds) && double.IsFinite(seconds))
            {
                return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(7).TotalSeconds));
            }
        }

        return null;
    }

    private static bool HasAny(string text, IEnumerable<string> words) => words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
