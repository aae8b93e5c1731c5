namespace SparrowFunctions.Tests.Core.Web;

/// <summary>
/// Keys of conversations and how they arrive. <c>Sent</c> is the end of the path as a client writes it, which is what the local host gets;
/// <c>Forwarded</c> is what the Functions host makes of it for the worker: it decodes the path once, all but <c>%2F</c> and what is no UTF-8,
/// and encodes the outcome again, percent signs too.
/// </summary>
public static class ConversationKeys
{
    /// <summary>Keys that a path can hold: key, sent, forwarded.</summary>
    public static TheoryData<string, string, string> InPath => new()
    {
        { "customer-42", "customer-42", "customer-42" },
        { "客户 42?#&+%", "%E5%AE%A2%E6%88%B7%2042%3F%23%26%2B%25", "%E5%AE%A2%E6%88%B7%2042%3F%23&+%25" },
        { "🦆🇵🇹", "%F0%9F%A6%86%F0%9F%87%B5%F0%9F%87%B9", "%F0%9F%A6%86%F0%9F%87%B5%F0%9F%87%B9" },
        { "%", "%25", "%25" },
        { "100%", "100%", "100%25" },
        { "%25", "%2525", "%2525" },
        { "%41", "%2541", "%2541" },
        { "%2", "%252", "%252" },
        { "%2E%2E", "%252E%252E", "%252E%252E" },
        { "%zz", "%25zz", "%25zz" },
        { "%00", "%2500", "%2500" },
        { "two words", "two%20words", "two%20words" },
        { " a ", "%20a%20", "%20a%20" },
        { "a+b", "a+b", "a+b" },
        { "a+b", "a%2Bb", "a+b" },
        { "x?key=y", "x%3Fkey%3Dy", "x%3Fkey=y" },
        { "x#y", "x%23y", "x%23y" },
        { "a\\b", "a%5Cb", "a%5Cb" },
        { "..\\b", "..%5Cb", "..%5Cb" },
        { "...", "...", "..." },
        { "a..b", "a%2E%2Eb", "a..b" },
        { "a.", "a.", "a." },
        { "plain", "%70lain", "plain" },
        { "[x]{y}|^`\"<>", "%5Bx%5D%7By%7D%7C%5E%60%22%3C%3E", "%5Bx%5D%7By%7D%7C%5E%60%22%3C%3E" },
        { "a:b;c=d@e!f$g&h'i(j)k*l,m~n", "a%3Ab%3Bc%3Dd%40e%21f%24g%26h%27i%28j%29k%2Al%2Cm~n", "a:b;c=d@e!f$g&h'i(j)k*l,m~n" },
        { "e\u0301", "e%CC%81", "e%CC%81" },
        { "\u200Fx\uFEFF", "%E2%80%8Fx%EF%BB%BF", "%E2%80%8Fx%EF%BB%BF" },
        { "\uE000\uFFFF", "%EE%80%80%EF%BF%BF", "%EE%80%80%EF%BF%BF" },
        { "a\nb\u007F", "a%0Ab%7F", "a%0Ab%7F" },
        { "trailing", "trailing/", "trailing/" },
        { "doubled", "/doubled//", "/doubled//" },
        { "orders/7", "orders%2F7", "orders%252F7" },
        { "orders/7", "orders%2f7", "orders%252f7" },
        { "orders/7", "orders%252F7", "orders%252F7" },
        { "客户/四十二", "%E5%AE%A2%E6%88%B7%2F%E5%9B%9B%E5%8D%81%E4%BA%8C", "%E5%AE%A2%E6%88%B7%252F%E5%9B%9B%E5%8D%81%E4%BA%8C" },
        { "a/b/c", "a%2Fb%2fc", "a%252Fb%252fc" },
        { "/", "%2F", "%252F" },
        { "//", "%2F%2F", "%252F%252F" },
        { "x/", "x%2F", "x%252F" },
        { "x/", "/x%2F/", "/x%252F/" },
        { "/x", "%2Fx", "%252Fx" },
        { "../../jobs", "..%2F..%2Fjobs", "..%252F..%252Fjobs" },
        { "a/../b", "a%2F%2E%2E%2Fb", "a%252F..%252Fb" },
        { "/A", "%252F%41", "%252FA" },
        { "%252F", "%25252F", "%25252F" },
        { "%2/F", "%252%2FF", "%252%252FF" },
    };

    /// <summary>Paths that hold no key, as of a slash that is not encoded or of bytes that are no UTF-8: sent, forwarded. They are 400.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { "%FF", "%25FF" },
        { "%25FF", "%25FF" },
        { "a%2F%FF", "a%252F%25FF" },
        { "%C0%AF", "%25C0%25AF" },
        { "sample/weather", "sample/weather" },
        { "sample//weather/", "sample//weather/" },
        { "a/b/c", "a/b/c" },
        { "a%2Fb/c", "a%252Fb/c" },
    };

    /// <summary>Paths that name no conversation: sent, forwarded. They are 404.</summary>
    public static TheoryData<string, string> Nameless => new()
    {
        { "", "" },
        { "/", "/" },
        { ".", "" },
        { "%2E", "" },
        { "x/..", "" },
        { "x/%2E%2E", "" },
    };

    /// <summary>Keys that only the query can hold, as <c>?key=</c>; any other can stand there too.</summary>
    public static TheoryData<string> InQueryOnly => ["sample%2Fweather", "sample%2fweather", ".", "..", "%FF"];
}
