using Microsoft.Extensions.Options;
using SparrowFunctions.Jobs;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Web;

/// <summary>The documents of jobs as they are shown: an ended one's from its result, any other's from the ledger.</summary>
public sealed class JobViews(ResultStore results, IOptions<SparrowOptions> options)
{
    /// <summary>A job's document, without Sparrow's response.</summary>
    public async Task<JobDocument> FindAsync(Job job, CancellationToken cancellationToken)
    {
        // A job that was sent again has an old result until it ends anew
        var result = job.State.IsTerminal() ? await results.FindAsync(job.Id.ToString(), cancellationToken) : null;
        return result?.State == job.State.Name() ? result with { Response = null } : Of(job);
    }

    /// <summary>A job in a list.</summary>
    public JobSummary Summary(Job job) => JobSummary.Of(Of(job));

    private JobDocument Of(Job job) => JobDocuments.Of(job, options.Value.Model) with { Warnings = job.Warning is { } warning ? [warning] : [] };
}
