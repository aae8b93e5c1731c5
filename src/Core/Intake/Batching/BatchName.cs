using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Intake.Batching;

/// <summary>A batch's name: the path of its file in container <c>batches</c>, without <c>.jsonl</c>. May hold folders and any Unicode.</summary>
public readonly record struct BatchName
{
    private const string Ending = ".jsonl";
    private const string SummaryEnding = ".summary.json";

    private readonly string? _text;

    private BatchName(string text) => _text = text;

    /// <summary>The name as text.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A batch's name that was never set has no text.");

    /// <summary>Stands for the name in keys and in the paths of our own blobs: 16 hex digits.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text))[..8]);

    /// <summary>The folder of its file inside the container; empty at the top.</summary>
    public string Folder => Text.LastIndexOf('/') is > 0 and var slash ? Text[..slash] : "";

    /// <summary>Where its rows come from.</summary>
    public BlobPath Input => new(StorageNames.BatchesContainer, Text + Ending);

    /// <summary>Where its rows go, with their answers.</summary>
    public BlobPath Output => new(StorageNames.ResultsContainer, $"{StorageNames.BatchesContainer}/{Text}{Ending}");

    /// <summary>Where its progress and its sums are told.</summary>
    public BlobPath Summary => new(StorageNames.ResultsContainer, $"{StorageNames.BatchesContainer}/{Text}{SummaryEnding}");

    /// <summary>The name that a blob of container <c>batches</c> gives its batch; null for a blob that is none.</summary>
    /// <param name="blob">The blob's name.</param>
    public static string? OfBlob(string blob) => blob.EndsWith(Ending, StringComparison.Ordinal) ? blob[..^Ending.Length] : null;

    /// <summary>The blob of container <c>batches</c> that a name is of, whether or not it is one.</summary>
    /// <param name="text">The path without <c>.jsonl</c>.</param>
    public static string BlobOf(string text) => text + Ending;

    /// <summary>Reads a name; says what is wrong when it is none.</summary>
    /// <param name="text">The path without <c>.jsonl</c>.</param>
    /// <param name="name">The name, when it is one.</param>
    /// <param name="problem">What is wrong, when it is none.</param>
    public static bool TryParse(string text, out BatchName name, [NotNullWhen(false)] out string? problem)
    {
        name = default;
        if (text.Length == 0 || !BlobPath.TryParse($"{StorageNames.ResultsContainer}/{StorageNames.BatchesContainer}/{text}{SummaryEnding}", out _, out problem))
        {
            problem = "is no name for a batch: it must be a blob's path without . and .. segments and control characters, at most 1,000 characters long.";
            return false;
        }

        name = new BatchName(text);
        problem = null;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
