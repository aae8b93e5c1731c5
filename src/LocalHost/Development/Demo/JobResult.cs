using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>What the demo reads of <c>results/{jobId}/result.json</c>.</summary>
public sealed record JobResult(string Id, string State, string? Kind, string? Reason, string? Answer, IReadOnlyList<JobResultFile>? Files)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

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
        var path = $"{jobId}/result.json";
        progress.Report($"Waiting for results/{path}");
        var result = await WaitAsync();

        if (result.State != "succeeded") return DemoOutcome.Failed($"The job {jobId} ended as {result.State}: {result.Kind}: {result.Reason}");

        var blobs = new List<string> { $"results/{path}" };
        var problem = result.Answer is { Length: > 0 } ? null : "The answer is empty.";
        problem ??= await CheckBlobAsync("answer.md", size: null);
        foreach (var (name, size) in files)
        {
            problem ??= result.Files?.Any(file => file.Name == name && file.Size == size) is true
                ? null
                : $"result.json names no file {name} of {size} bytes.";
            problem ??= await CheckBlobAsync($"files/{name}", size);
        }

        return new DemoOutcome(problem, result.Answer, blobs);

        async Task<JobResult> WaitAsync()
        {
            while (true)
            {
                try
                {
                    var content = await container.GetBlobClient(path).DownloadContentAsync(cancellationToken);
                    return JsonSerializer.Deserialize(content.Value.Content, DemoJson.Default.JobResult)
                        ?? throw new JsonException($"results/{path} is null.");
                }
                catch (RequestFailedException missing) when (missing.Status == 404)
                {
                    await Task.Delay(Poll, context.Time, cancellationToken);
                }
            }
        }

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

/// <summary>A file that the answer brought.</summary>
public sealed record JobResultFile(string Name, long Size);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(JobResult))]
internal sealed partial class DemoJson : JsonSerializerContext;
