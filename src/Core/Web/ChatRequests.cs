using System.Globalization;
using Microsoft.AspNetCore.Http;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions.Web;

/// <summary><c>POST /api/chat</c>: takes a prompt in, and waits for its outcome where the client would.</summary>
public sealed class ChatRequests(
    Answering answering, PromptIntake intake, Chats chats, JobLedger ledger, EndedJobs endedJobs, JobViews views, SparrowMetrics metrics, IRandomSource random, TimeProvider time)
{
    private const string Source = "http";
    private const int SecondsToNextLook = 2;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Answers a request.</summary>
    public Task<IResult> PostAsync(HttpRequest request, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async (body, patience) =>
        {
            var (job, refusal) = await AcceptAsync(request, body, patience);
            return job is null ? refusal! : await OutcomeAsync(request, job, cancellationToken) ?? Accepted(request, job);
        },
        cancellationToken);

    private async Task<(Job? Job, IResult? Refusal)> AcceptAsync(HttpRequest request, string body, CancellationToken cancellationToken)
    {
        if (PromptReader.ReadJson(body, out var rejection) is not { } prompt)
            return (null, Rejected(rejection!));
        if (ReadId(request, prompt, out var id) is { } wrongKey)
            return (null, Answers.Bad(wrongKey));
        (var taken, rejection) = await intake.TakeAsync(prompt, cancellationToken);
        if (taken is null)
            return (null, Rejected(rejection!));

        var receipt = await chats.AcceptAsync(id, taken, Source, cancellationToken);
        return receipt.Verdict switch
        {
            ChatVerdict.Accepted => (receipt.Job, null),
            ChatVerdict.OtherContent => (null, Answers.Problem(StatusCodes.Status422UnprocessableEntity, new ProblemError(
                "id", $"{id} is the id of another prompt.", "Send the same content to repeat a request, or another id or Idempotency-Key for another prompt."))),
            _ => (null, Answers.Problem(StatusCodes.Status409Conflict, receipt.Refusal!, [new ProblemError("turn", receipt.Refusal!, "Give every turn a number of its own, or leave turn out.")])),
        };
    }

    private IResult Rejected(Rejection rejection)
    {
        metrics.PromptRejected(Source);
        return Answers.Bad([.. rejection.Problems.Select(problem => new ProblemError(problem.Field, problem.Problem, problem.Remedy))]);
    }

    private ProblemError? ReadId(HttpRequest request, Prompt prompt, out JobId id)
    {
        id = default;
        const string Header = "Idempotency-Key";
        var given = request.Headers[Header];
        if (given.Count == 0)
        {
            id = JobId.Parse(prompt.Id ?? random.NextId().ToString("N"));
            return null;
        }

        var key = given.Count == 1 ? given.ToString().Trim() : "";
        if (key is ['"', .., '"'])
            key = key[1..^1];
        if (!JobId.TryParse(key, out id))
            return new ProblemError(Header, "is not a valid id.", JobId.Rule);
        return prompt.Id is { } own && own != key ? new ProblemError(Header, "differs from the body's id.", "Send only one of them, or the same in both.") : null;
    }

    private static IResult Accepted(HttpRequest request, Job job)
    {
        var path = (request.Path.Value ?? "").TrimEnd('/');
        var headers = request.HttpContext.Response.Headers;
        headers.Location = $"{request.PathBase}{path[..Math.Max(path.LastIndexOf('/'), 0)]}/jobs/{job.Id}";
        headers.RetryAfter = SecondsToNextLook.ToString(CultureInfo.InvariantCulture);
        return Answers.Of(
            new AcceptedChat(job.Id.ToString(), job.State.Name(), job.Accepted.Prompt.Conversation), WebJson.Readable.AcceptedChat, StatusCodes.Status202Accepted);
    }

    // Who has waited in vain, or can't be told for some other reason, has been accepted all the same
    private async Task<IResult?> OutcomeAsync(HttpRequest request, Job job, CancellationToken cancellationToken)
    {
        if (Preference.Wait(request.Headers["Prefer"]) is not { } wait)
            return null;

        request.HttpContext.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={wait.TotalSeconds}");
        using var end = new CancellationTokenSource(wait + FirstPause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        try
        {
            return await WaitAsync(job, wait, either.Token) is { } ended
                ? Answers.Of(await views.FindAsync(ended, cancellationToken), WebJson.Readable.JobDocument)
                : null;
        }
        catch (Exception exception) when (Answering.IsOutage(exception))
        {
            return null;
        }
        finally
        {
            endedJobs.Forget(job.Id);
        }
    }

    // Looks rarer and rarer; an end in this very process is heard of at once
    private async Task<Job?> WaitAsync(Job job, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause < LongestPause ? pause * 1.5 : LongestPause)
        {
            var ended = endedJobs.Of(job.Id);
            if (await ledger.FindAsync(job.Id, cancellationToken) is { } now && now.State.IsTerminal())
                return now;
            var left = atMost - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return null;
            await ended.WaitAsync(pause < left ? pause : left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
