using System.Text.Json;
using SparrowFunctions.Files;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Results.Batching;

/// <summary>What came of a row.</summary>
/// <param name="Answers">The answers, in the order of the asks, up to the first ask that was not answered.</param>
/// <param name="Failure">Why not all was answered; null when it was.</param>
/// <param name="Calls">The calls that were made.</param>
/// <param name="PossiblyBilled">How many of them may have cost points although nothing usable came of them.</param>
/// <param name="LastJob">The last job that was looked at.</param>
public sealed record BatchOutcome(IReadOnlyList<BatchAnswer> Answers, BatchRowError? Failure, int Calls, int PossiblyBilled, JobId? LastJob)
{
    /// <summary>The code of a row that failed without an answer of Sparrow's.</summary>
    public const int NoStatus = 501;

    /// <summary>The code of a row that was rejected before it was asked.</summary>
    public const int Rejected = 400;

    /// <summary>A row that made no job.</summary>
    public static BatchOutcome OfRejected(string problem) => new([], new BatchRowError(Rejected, "rejected", problem, null), 0, 0, null);

    /// <summary>What came of a row's jobs.</summary>
    /// <param name="jobs">Its jobs up to the first that did not succeed, each with its document; null where that is no more.</param>
    public static BatchOutcome Of(IReadOnlyList<(JobId Id, JobDocument? Document)> jobs)
    {
        var answers = new List<BatchAnswer>();
        BatchRowError? failure = null;
        foreach (var (id, document) in jobs)
        {
            if (document is { State: "succeeded", Response: { ValueKind: JsonValueKind.Object } response })
                answers.Add(new BatchAnswer(id, response, document.Files, document.Warnings));
            else
                failure ??= Error(id, document, answers.Count + 1);
        }

        return new BatchOutcome(answers, failure, jobs.Sum(job => job.Document?.Attempts.Count ?? 0), jobs.Sum(job => job.Document?.PossiblyBilled ?? 0), jobs[^1].Id);
    }

    private static BatchRowError Error(JobId id, JobDocument? document, int ask)
    {
        if (document is null)
            return new BatchRowError(NoStatus, "rejected", $"Ask {ask}: the result of its job is no longer in container results. Give the row another id to have it asked again.", id);
        var kind = document.Kind ?? document.State;
        var code = document.Attempts is [.., { Status: { } status }] ? status : kind == "rejected" ? Rejected : NoStatus;
        return new BatchRowError(code, kind, $"Ask {ask}: {document.Reason ?? "No reason was recorded."}", id);
    }
}

/// <summary>The answer to an ask.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Response">Sparrow's response as received.</param>
/// <param name="Files">The files that were saved.</param>
/// <param name="Warnings">What its reader should know, as of files that could not be saved.</param>
public sealed record BatchAnswer(JobId Job, JsonElement Response, IReadOnlyList<ResultFile> Files, IReadOnlyList<string> Warnings);

/// <summary>Why a row failed.</summary>
/// <param name="Code">Sparrow's HTTP status; 400 for a row that was rejected unasked, 501 where there is no status.</param>
/// <param name="Kind">The kind of failure, or <c>cancelled</c>.</param>
/// <param name="Message">The same in words.</param>
/// <param name="Job">The job that failed, where there is one.</param>
public sealed record BatchRowError(int Code, string Kind, string Message, JobId? Job);
