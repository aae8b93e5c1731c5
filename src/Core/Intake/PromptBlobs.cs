using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;

namespace SparrowFunctions.Intake;

/// <summary>Looks up the blobs that a prompt names, at the moment it is taken in.</summary>
public sealed class PromptBlobs(BlobServiceClient blobs, IOptions<FilesOptions> options)
{
    /// <summary>Largest text that <c>promptBlob</c> may hold, in bytes (1 MiB).</summary>
    public const long MaxTextBytes = 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Pins every blob that the prompt names to its present version, or says which can't be used.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="alsoAllowed">A container whose blobs it may name besides those that every prompt may; null for none.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <returns>The prompt with its blobs, or null when it is rejected.</returns>
    public async Task<(AcceptedPrompt? Accepted, Rejection? Rejection)> PinAsync(Prompt prompt, string? alsoAllowed, CancellationToken cancellationToken)
    {
        var problems = new List<FieldProblem>();
        BlobVersion? text = null;
        if (prompt.TextBlob is { } path)
            text = await PinAsync("promptBlob", path, MaxTextBytes, alsoAllowed, problems, cancellationToken);
        var files = new List<BlobVersion>();
        foreach (var (file, index) in prompt.Files.Select((file, index) => (file, index)))
        {
            if (await PinAsync($"files[{index}]", file, FilesOptions.MaxFileBytes, alsoAllowed, problems, cancellationToken) is { } version)
                files.Add(version);
        }

        return problems.Count == 0 ? (new AcceptedPrompt(prompt, text, files), null) : (null, new Rejection(problems));
    }

    /// <summary>Reads the text that <c>promptBlob</c> names.</summary>
    /// <returns>The text, or what keeps it from being the prompt.</returns>
    public async Task<(string? Text, string? Problem)> ReadTextAsync(BlobVersion version, CancellationToken cancellationToken)
    {
        try
        {
            var content = await Client(version.Path).DownloadContentAsync(
                new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag(version.ETag) } }, cancellationToken);
            var text = StrictUtf8.GetString(content.Value.Content.ToMemory().Span).TrimStart('\uFEFF');
            return string.IsNullOrWhiteSpace(text) ? (null, $"promptBlob: blob {version.Path} holds only white space.") : (text, null);
        }
        catch (DecoderFallbackException)
        {
            return (null, $"promptBlob: blob {version.Path} is not UTF-8 text. Store it as UTF-8.");
        }
        catch (RequestFailedException exception) when (BlobVersion.IsFinal(exception))
        {
            return (null, version.Refused(exception));
        }
    }

    private async Task<BlobVersion?> PinAsync(
        string field, BlobPath path, long maxBytes, string? alsoAllowed, List<FieldProblem> problems, CancellationToken cancellationToken)
    {
        if (path.Container != alsoAllowed && !options.Value.Allows(path.Container))
        {
            problems.Add(new FieldProblem(field, $"names container {path.Container}, which prompts may not read.", $"Use one of {options.Value.AllowedContainers}, or add it to Files__AllowedContainers."));
            return null;
        }

        try
        {
            var properties = (await Client(path).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            if (properties.AccessTier == AccessTier.Archive.ToString())
            {
                problems.Add(new FieldProblem(field, $"blob {path} {BlobVersion.Archived.Problem}", BlobVersion.Archived.Remedy));
                return null;
            }

            if (properties.ContentLength <= maxBytes && properties.ContentLength > 0)
                return new BlobVersion(path, properties.ETag.ToString(), properties.ContentLength, properties.ContentType);

            problems.Add(properties.ContentLength == 0
                ? new FieldProblem(field, $"blob {path} is empty.", "Write its content before the prompt is sent.")
                : new FieldProblem(field, $"blob {path} has {properties.ContentLength} bytes; at most {maxBytes} are taken.", "Make it smaller or split it."));
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            problems.Add(new FieldProblem(field, $"blob {path} does not exist.", "Write it before the prompt is sent, and check container and path."));
        }
        catch (RequestFailedException exception) when (BlobVersion.IsFinal(exception))
        {
            var (problem, remedy) = BlobVersion.WhyUnreadable(exception);
            problems.Add(new FieldProblem(field, $"blob {path} {problem}", remedy));
        }

        return null;
    }

    private BlobClient Client(BlobPath path) => blobs.GetBlobContainerClient(path.Container).GetBlobClient(path.Path);
}
