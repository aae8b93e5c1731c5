using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Web;

/// <summary>The routes under <c>/api/deadletters</c>: look, send again one or all.</summary>
public sealed partial class DeadLetterRequests(Answering answering, DeadLetters letters, Redrive redrive, Continuation continuation)
{
    /// <summary><c>GET /api/deadletters</c>: a page of dead letters, newest first.</summary>
    public Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async patience =>
        {
            var query = new ListQuery(request.Query);
            var (kind, top) = (query.Kind(), query.Top());
            var name = $"deadletters\n{kind?.Name()}";
            var after = query.After(continuation, name);
            if (query.Errors.Count > 0)
                return Answers.Bad([.. query.Errors]);

            var (page, next) = await letters.PageAsync(kind, after, top, patience);
            return Answers.Of(new DeadLetterPage([.. page.Select(DeadLetterDocument.Of)], continuation.Write(next, name)), WebJson.Readable.DeadLetterPage);
        },
        cancellationToken);

    /// <summary><c>POST /api/deadletters/{id}/retry</c>: sends one again.</summary>
    public Task<IResult> RetryAsync(HttpRequest request, string id, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async patience => LetterId().IsMatch(id) && await redrive.OneAsync(id, patience)
            ? Answers.Of(new SentAgain(1), WebJson.Readable.SentAgain, StatusCodes.Status202Accepted)
            : Answers.Missing($"There is no dead letter {id}. GET /api/deadletters lists what there is."),
        cancellationToken);

    /// <summary><c>POST /api/deadletters/retry</c>: sends all again that were not yet, or all of a kind. It takes as long as it takes.</summary>
    public Task<IResult> RetryAllAsync(HttpRequest request, CancellationToken cancellationToken) => answering.AnswerAsync(
        request,
        async _ =>
        {
            var query = new ListQuery(request.Query);
            var kind = query.Kind();
            return query.Errors.Count > 0
                ? Answers.Bad([.. query.Errors])
                : Answers.Of(new SentAgain(await redrive.AllAsync(kind, cancellationToken)), WebJson.Readable.SentAgain, StatusCodes.Status202Accepted);
        },
        cancellationToken);

    [GeneratedRegex(@"^\d{19}-[0-9a-f]{16}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LetterId();
}
