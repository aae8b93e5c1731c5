using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>What the demo reads of <c>results/{jobId}/result.json</c>.</summary>
public sealed record JobResult
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <summary>The job's state; succeeded when all is well.</summary>
    public required string State { get; init; }

    /// <summary>The kind of failure, if there was one.</summary>
    public string? Kind { get; init; }

    /// <summary>The same in words.</summary>
    public string? Reason { get; init; }

    /// <summary>The answer's text.</summary>
    public string? Answer { get; init; }

    /// <summary>Sparrow's id of the conversation.</summary>
    public string? ConversationId { get; init; }

    /// <summary>When the first try began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the job ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>All tries, oldest first.</summary>
    public IReadOnlyList<JobResultAttempt> Attempts { get; init; } = [];

    /// <summary>The files that the answer brought.</summary>
    public IReadOnlyList<JobResultFile> Files { get; init; } = [];

    /// <summary>Waits until the job has ended.</summary>
    /// <param name="context">The running app.</param>
    /// <param name="jobId">The job's id.</param>
    /// <param name="progress">Told what is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<JobResult> WaitAsync(
        DemoContext context, string jobId, IProgress<string> progress, CancellationToken cancellationToken) =>
        WaitForAsync(context, $"{jobId}/result.json", progress, cancellationToken);

    /// <summary>Waits until a job's document lies at a path.</summary>
    /// <param name="context">The running app.</param>
    /// <param name="path">The path in container <c>results</c>.</param>
    /// <param name="progress">Told what is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<JobResult> WaitForAsync(
        DemoContext context, string path, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report($"Waiting for results/{path}");
        var blob = context.Blobs.GetBlobContainerClient("results").GetBlobClient(path);
        while (true)
        {
            try
            {
                var content = await blob.DownloadContentAsync(cancellationToken);
                return JsonSerializer.Deserialize(content.Value.Content, DemoJson.Default.JobResult)
                    ?? throw new JsonException($"results/{path} is null.");
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                await Task.Delay(Poll, context.Time, cancellationToken);
            }
        }
    }

    /// <summary>Waits until the job has ended and looks whether everything that should be in storage is.</summary>
    /// <param name="context">The running app.</param>
    /// <param name="jobId">The job's id.</param>
    /// <param name="files">Names and sizes of the files that the answer must bring.</param>
    /// <param name="progress">Told what is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<DemoOutcome> OutcomeAsync(
        DemoContext context,
        string jobId,
        IReadOnlyDictionary<string, long> files,
        IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        var container = context.Blobs.GetBlobContainerClient("results");
        var result = await WaitAsync(context, jobId, progress, cancellationToken);
        if (result.State != "succeeded") return DemoOutcome.Failed($"The job {jobId} ended as {result.State}: {result.Kind}: {result.Reason}");

        var blobs = new List<string> { $"results/{jobId}/result.json" };
        var problem = result.Answer is { Length: > 0 } ? null : "The answer is empty.";
        problem ??= await CheckBlobAsync("answer.md", size: null);
        foreach (var (name, size) in files)
        {
            problem ??= result.Files.Any(file => file.Name == name && file.Size == size)
                ? null
                : $"result.json names no file {name} of {size} bytes.";
            problem ??= await CheckBlobAsync($"files/{name}", size);
        }

        return new DemoOutcome(problem, result.Answer, blobs);

        async Task<string?> CheckBlobAsync(string name, long? size)
        {
            var blob = $"results/{jobId}/{name}";
            try
            {
                var properties = await container.GetBlobClient($"{jobId}/{name}").GetPropertiesAsync(cancellationToken: cancellationToken);
                blobs.Add(blob);
                var length = properties.Value.ContentLength;
                return length > 0 && (size ?? length) == length ? null : $"{blob} has {length} bytes where {(size is null ? "some" : size)} were expected.";
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                return $"{blob} is missing.";
            }
        }
    }
}

/// <summary>One try of a job.</summary>
public sealed record JobResultAttempt(int N, DateTimeOffset StartedAt, int? Status, string? Kind);

/// <summary>A file that the answer brought.</summary>
public sealed record JobResultFile(string Name, long Size);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(JobResult))]
internal sealed partial class DemoJson : JsonSerializerContext;
