using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparrowFunctions.Jobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Results;

/// <summary>Container <c>results</c>, and the answers that are kept in <c>payloads</c> from the moment they arrive until the result is written.</summary>
public sealed class ResultStore(BlobServiceClient blobs)
{
    private const string ClaimMetadata = "claim";
    private const string StateMetadata = "state";
    private const string ConversationMetadata = "conversation";
    private const string MessageMetadata = "message";

    private readonly BlobContainerClient _results = blobs.GetBlobContainerClient(StorageNames.ResultsContainer);
    private readonly BlobContainerClient _payloads = blobs.GetBlobContainerClient(StorageNames.PayloadsContainer);

    /// <summary>Keeps a response as received, under the attempt that paid for it; a refused one stays there. The first thing done with an answer.</summary>
    /// <param name="job">The job.</param>
    /// <param name="attempt">The number of that attempt.</param>
    /// <param name="response">The response.</param>
    /// <param name="cancellationToken">Ends the write; it may be repeated.</param>
    public async Task<BlobContentInfo> KeepAnswerAsync(Job job, int attempt, JsonElement response, CancellationToken cancellationToken) =>
        await AnswerBlob(job, attempt).UploadAsync(
            BinaryData.FromString(response.GetRawText()),
            Options("application/json", job.Claim),
            cancellationToken);

    /// <summary>
    /// The response that the job's present claim paid for, then those that earlier calls brought after they were given up, the latest first. What
    /// was refused stays refused.
    /// </summary>
    public async IAsyncEnumerable<StoredAnswer> FindAnswersAsync(Job job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var own = job.Attempts is [.., { Kind: null or FailureKind.Ambiguous }] ? await FindOwnAsync(job, cancellationToken) : null;
        if (own is not null)
            yield return new StoredAnswer(own, job.Tried);
        foreach (var attempt in job.Attempts.Reverse().Where(attempt => attempt.Kind == FailureKind.Ambiguous && (own is null || attempt.N != job.Tried)))
        {
            if (await FindAsync(AnswerBlob(job, attempt.N), claim: null, cancellationToken) is { } late)
                yield return new StoredAnswer(late.Content.ToString(), attempt.N);
        }
    }

    private async Task<string?> FindOwnAsync(Job job, CancellationToken cancellationToken) =>
        await FindAsync(AnswerBlob(job, job.Tried), job.Claim, cancellationToken) is { } kept ? kept.Content.ToString()
        : await FindAsync(ResultBlob(job.Id.ToString(), "result.json"), job.Claim, cancellationToken) is { } result ? ResponseOf(result.Content)
        : await FindAsync(ResultBlob(job.Id.ToString(), "answer.md"), job.Claim, cancellationToken) is { } answer ? AnswerAsResponse(answer)
        : null;

    /// <summary>
    /// Writes the outcome of a job: answer.md when there is an answer, then result.json, so that whoever finds the latter finds all. What another
    /// has written is replaced only by whoever holds the job: a worker that slept through its lease must not overwrite what came after it.
    /// </summary>
    /// <param name="job">The job in its last state.</param>
    /// <param name="document">Its document.</param>
    /// <param name="isMine">Asks the ledger whether the job is still the writer's.</param>
    /// <param name="cancellationToken">Ends the writes; they may be repeated.</param>
    /// <returns>What kept it from being written, if something did.</returns>
    public async Task<ResultConflict> WriteAsync(Job job, JobDocument document, Func<Task<bool>> isMine, CancellationToken cancellationToken)
    {
        if (document.Answer is { Length: > 0 } answer)
        {
            // Should this be all that is stored before a crash, it is enough to go on from
            var options = Options("text/markdown; charset=utf-8", job.Claim, document.State);
            options.Metadata[ConversationMetadata] = Uri.EscapeDataString(document.ConversationId ?? "");
            options.Metadata[MessageMetadata] = Uri.EscapeDataString(document.MessageId ?? "");
            if (await PutAsync(ResultBlob(document.Id, "answer.md"), BinaryData.FromString(answer), options, isMine, cancellationToken) is var conflict and not ResultConflict.None)
                return conflict;
        }

        var json = new BinaryData(JsonSerializer.SerializeToUtf8Bytes(document, JobDocumentJson.Readable.JobDocument));
        return await PutAsync(ResultBlob(document.Id, "result.json"), json, Options("application/json", job.Claim, document.State), isMine, cancellationToken);
    }

    /// <summary>
    /// Writes the outcome of a job that was called off, once and for all. An answer that its call brought all the same is part of it, whether it
    /// came before or after.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="document">Its document; with answer and response where the caller has them.</param>
    /// <param name="cancellationToken">Ends the writes; they may be repeated.</param>
    public async Task WriteCancelledAsync(Job job, JobDocument document, CancellationToken cancellationToken)
    {
        if (document.Answer is { Length: > 0 } answer)
            await ResultBlob(document.Id, "answer.md").UploadAsync(BinaryData.FromString(answer), Options("text/markdown; charset=utf-8", job.Claim, document.State), cancellationToken);
        for (var blob = ResultBlob(document.Id, "result.json"); ;)
        {
            var there = await GetAsync(blob, cancellationToken);
            var known = there is null ? null : JsonSerializer.Deserialize(there.Content, JobDocumentJson.Readable.JobDocument);
            if (known?.State == document.State && (document.Response is null || known.Response is not null))
                return;

            var isAnswered = document.Response is null && known?.Response is not null && Value(there!.Details.Metadata, ClaimMetadata) == job.Claim;
            var outcome = isAnswered ? known! with { State = document.State, Reason = document.Reason, EndedAt = document.EndedAt } : document;
            var options = Options("application/json", job.Claim, outcome.State);
            options.Conditions = there is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = there.Details.ETag };
            try
            {
                await blob.UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(outcome, JobDocumentJson.Readable.JobDocument)), options, cancellationToken);
                return;
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412)
            {
                // Written by another meanwhile, or by this very write whose answer was lost: looked at again
            }
        }
    }

    private static async Task<ResultConflict> PutAsync(BlobClient blob, BinaryData content, BlobUploadOptions options, Func<Task<bool>> isMine, CancellationToken cancellationToken)
    {
        var (claim, state) = (Value(options.Metadata, ClaimMetadata), Value(options.Metadata, StateMetadata));
        for (options.Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All }; ;)
        {
            try
            {
                await blob.UploadAsync(content, options, cancellationToken);
                return ResultConflict.None;
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412)
            {
                var there = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
                if (Value(there.Metadata, ClaimMetadata) != claim || Value(there.Metadata, StateMetadata) == JobState.Cancelled.Name())
                {
                    if (!await isMine())
                        return ResultConflict.TakenOver;
                }
                else if (Value(there.Metadata, StateMetadata) == JobState.Succeeded.Name() && state != JobState.Succeeded.Name())
                {
                    return ResultConflict.Answered;
                }
                else if (Value(there.Metadata, StateMetadata) != state && state != JobState.Succeeded.Name() && !await isMine())
                {
                    return ResultConflict.TakenOver;
                }

                options.Conditions = new BlobRequestConditions { IfMatch = there.ETag };
            }
        }
    }

    private static string? Value(IDictionary<string, string> metadata, string name) => metadata.TryGetValue(name, out var value) ? value : null;

    /// <summary>The document of an ended job; null when it has none yet.</summary>
    public async Task<JobDocument?> FindAsync(string jobId, CancellationToken cancellationToken) =>
        await GetAsync(ResultBlob(jobId, "result.json"), cancellationToken) is { } found
            ? JsonSerializer.Deserialize(found.Content, JobDocumentJson.Readable.JobDocument)
            : null;

    private BlobClient AnswerBlob(Job job, int attempt) => _payloads.GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"answers/{job.Id}/{attempt}.json"));

    private BlobClient ResultBlob(string jobId, string name) => _results.GetBlobClient($"{jobId}/{name}");

    // Without a claim any will do: an attempt that came to nothing never sent, so what lies under its number is of the one that did
    private static async Task<BlobDownloadResult?> FindAsync(BlobClient blob, string? claim, CancellationToken cancellationToken) =>
        await GetAsync(blob, cancellationToken) is { } found && (claim is null || Value(found.Details.Metadata, ClaimMetadata) == claim) ? found : null;

    private static async Task<BlobDownloadResult?> GetAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            return (await blob.DownloadContentAsync(cancellationToken)).Value;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private static string? ResponseOf(BinaryData result) =>
        JsonSerializer.Deserialize(result, JobDocumentJson.Readable.JobDocument)?.Response?.GetRawText();

    // The response itself was lost in a crash between two writes; its text and ids were not
    private static string AnswerAsResponse(BlobDownloadResult answer) => new JsonObject
    {
        ["conversation_id"] = Uri.UnescapeDataString(answer.Details.Metadata[ConversationMetadata]),
        ["message_id"] = Uri.UnescapeDataString(answer.Details.Metadata[MessageMetadata]),
        ["contents"] = new JsonArray(new JsonObject
        {
            ["message"] = new JsonObject
            {
                ["id"] = Uri.UnescapeDataString(answer.Details.Metadata[MessageMetadata]),
                ["author"] = new JsonObject { ["role"] = "assistant" },
                ["content"] = new JsonObject { ["content_type"] = "text", ["parts"] = new JsonArray(answer.Content.ToString()) },
                ["end_turn"] = true,
                ["recipient"] = "all",
            },
        }),
        ["restored_from"] = "answer.md",
    }.ToJsonString();

    private static BlobUploadOptions Options(string contentType, string? claim, string? state = null)
    {
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal),
        };
        if (claim is not null)
            options.Metadata[ClaimMetadata] = claim;
        if (state is not null)
            options.Metadata[StateMetadata] = state;
        return options;
    }
}
