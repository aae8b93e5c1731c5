using Microsoft.Extensions.Options;
using SparrowFunctions.Jobs;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Callbacks;

/// <summary>Puts the end of a job on its way to whoever asked to be told. May be repeated: the same end is the same event, and one that was tried already is left alone.</summary>
public sealed class CallbackOutbox(CallbackBodies bodies, CallbackQueue queue, ResultStore results, IOptions<SparrowOptions> sparrow)
{
    /// <summary>Keeps the event's body, then sends its message.</summary>
    /// <param name="job">The job that has ended.</param>
    /// <param name="document">Its document, where it is at hand.</param>
    /// <param name="cancellationToken">Ends the step.</param>
    public async Task SendAsync(Job job, JobDocument? document, CancellationToken cancellationToken)
    {
        if (job.Accepted.Prompt.CallbackUrl is not { } url)
            return;

        var message = new CallbackMessage(WebhookId.Of(job), job.Id.ToString(), url);
        if (document is null)
        {
            // A repetition, as a rule: the event is known
            var (exists, mark) = await bodies.LookAsync(message, cancellationToken);
            if (mark is not null)
                return;
            if (!exists)
                await bodies.AddAsync(message, CallbackBody.Of(job, await DocumentAsync(job, cancellationToken)), cancellationToken);
        }
        else
        {
            await bodies.AddAsync(message, CallbackBody.Of(job, document), cancellationToken);
        }

        await queue.SendAsync(message, TimeSpan.Zero, cancellationToken);
    }

    // The result may be that of another end already: then the ledger alone speaks for this one
    private async Task<JobDocument> DocumentAsync(Job job, CancellationToken cancellationToken) =>
        await results.FindAsync(job.Id.ToString(), cancellationToken) is { } document && document.State == job.State.Name() && document.EndedAt == job.EndedAt
            ? document
            : JobDocuments.Of(job, sparrow.Value.Model);
}
