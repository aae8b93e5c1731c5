using System.Globalization;
using System.Text.Json;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Sparrow.Downloads;

/// <summary>
/// Finds the generated files of a response. Addresses come in <c>downloads</c>; images of DALL-E (parts of a message) and charts of the code
/// interpreter (messages of an <c>aggregate_result</c>) are pointers, as a rule to a file whose address is in <c>downloads</c>. A pointer that is an address
/// itself can be fetched, any other can not: no route of Sparrow is known that would turn it into one. Links in the answer's text are no source.
/// </summary>
public static class FileSources
{
    /// <summary>The files to fetch, each address once, and then those that are named but can't be fetched.</summary>
    public static IReadOnlyList<FileSource> Of(ChatResponse response)
    {
        var pointers = Pointers(response).DistinctBy(static pointer => pointer.Url ?? pointer.Id).ToArray();
        var fetched = response.Downloads.Select(static (url, i) => new FileSource(Place("downloads", i), url))
            .Concat(pointers.Where(static pointer => pointer.Url is not null))
            .DistinctBy(static source => DownloadUrl.Unescape(source.Url!.Trim()))
            .ToArray();

        // An address without the vendor's id in it may be that of any pointer; only what is left over certainly has none
        var nameless = response.Downloads.Count(static url => !url.Contains("/file-", StringComparison.Ordinal));
        var missing = pointers.Where(pointer => pointer.Url is null && !Array.Exists(fetched, source => LinkMatcher.HasId(source.Url!, pointer.Id!))).Skip(nameless);
        return [.. fetched, .. missing];
    }

    // Only what was made in answer to the last question: what the user sent is echoed with pointers, too
    private static IEnumerable<FileSource> Pointers(ChatResponse response)
    {
        var asked = response.Contents.Select(static entry => entry.Message?.Role).ToList().LastIndexOf("user");
        for (var i = asked + 1; i < response.Contents.Count; i++)
        {
            if (response.Contents[i].Message is not { } message)
                continue;
            var images = message.Content.Get("parts").Items().Select((part, at) => Pointer(part.Get("asset_pointer"), $"{Place("contents", i)}.{Place("parts", at)}"));
            var charts = message.Metadata.Get("aggregate_result", "messages").Items()
                .Select((output, at) => Pointer(output.Get("image_url"), $"{Place("contents", i)}.aggregate_result.{Place("messages", at)}"));
            foreach (var source in images.Concat(charts).OfType<FileSource>())
                yield return source;
        }
    }

    private static FileSource? Pointer(JsonElement value, string place)
    {
        var pointer = value.Text();
        var scheme = pointer?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (scheme <= 0 || pointer!.Length == scheme + 3)
            return null;
        return pointer[..scheme].ToLowerInvariant() is "http" or "https" ? new FileSource(place, pointer) : new FileSource(place, null, pointer[(scheme + 3)..]);
    }

    private static string Place(string list, int at) => string.Create(CultureInfo.InvariantCulture, $"{list}[{at}]");
}
