using System.Text.Json;

namespace SparrowEmulator.Answers;

/// <summary>One rule of <c>POST /__admin/answers</c>: what is answered to prompts that contain a text. The first rule that fits is taken, every time.</summary>
internal sealed record AnswerRule
{
    /// <summary>A piece of the last user text, exact in case; left out, every prompt.</summary>
    public string? PromptContains { get; set; }

    /// <summary>The answer's text. Left out: the usual text, or none when there are images.</summary>
    public string? Text { get; set; }

    /// <summary>Files made by the code interpreter.</summary>
    public IReadOnlyList<AnswerFile> Files { get; set; } = [];

    /// <summary>Images made by DALL-E.</summary>
    public IReadOnlyList<AnswerImage> Images { get; set; } = [];

    /// <summary>What else happens in the turn.</summary>
    public Scenario? Scenario { get; set; }

    /// <summary>The whole of <c>contents</c>, sent as it stands in place of everything the emulator would write there.</summary>
    public IReadOnlyList<JsonElement>? Contents { get; set; }

    /// <summary>What is wrong with the rule, naming the field; null when nothing is.</summary>
    public string? Problem() => Files.Any(file => file.Name.Length == 0) ? "files[].name must not be empty."
        : Files.Any(file => file.Size is { } size && (size < file.Base64.Length || file.Base64.Length == 0)) ? "files[].size must not be less than the bytes in base64, which must not be empty then."
        : null;
}

/// <summary>A file made by the code interpreter.</summary>
internal sealed record AnswerFile
{
    /// <summary>Its name in the sandbox; any characters.</summary>
    public required string Name { get; set; }

    /// <summary>Its type; left out, by the name.</summary>
    public string? ContentType { get; set; }

    /// <summary>Its bytes.</summary>
    public required byte[] Base64 { get; set; }

    /// <summary>How large it is: its bytes are repeated up to there. Left out, they are the whole file.</summary>
    public long? Size { get; set; }

    /// <summary>How the address and the response write the name.</summary>
    public NameForm NameForm { get; set; }
}

/// <summary>An image made by DALL-E. Every field may be left out.</summary>
internal sealed record AnswerImage
{
    /// <summary>Its name; left out, one of the vendor's kind with a UUID.</summary>
    public string? Name { get; set; }

    /// <summary>Its type; left out, by its bytes.</summary>
    public string? ContentType { get; set; }

    /// <summary>Its bytes; left out, a PNG of one pixel.</summary>
    public byte[]? Base64 { get; set; }

    /// <summary>What DALL-E was told; left out, the user's text.</summary>
    public string? Prompt { get; set; }
}
