using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Jobs;

/// <summary>The jobs in order of time, newest first: the listings of all partitions of table <c>jobs</c>, merged.</summary>
public sealed class JobList(TableServiceClient tables, JobLedger ledger)
{
    /// <summary>Most jobs a page holds.</summary>
    public const int MostOnPage = 100;

    /// <summary>Most listings that are looked at for one page; a state that few jobs are in may leave a page short, or even empty.</summary>
    private const int MostLookedAt = 500;

    private const int AtOnce = 16;

    private readonly TableClient _table = tables.GetTableClient(StorageNames.JobsTable);

    /// <summary>One page.</summary>
    /// <param name="state">Only jobs in this state; null for all.</param>
    /// <param name="conversation">Only jobs of this conversation; null for all.</param>
    /// <param name="after">The place of the last job that was shown; null to begin with the newest.</param>
    /// <param name="top">How many, at most <see cref="MostOnPage"/>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The jobs, and the place to go on from; null when there are no more.</returns>
    public async Task<(IReadOnlyList<Job> Jobs, string? Next)> PageAsync(
        JobState? state, string? conversation, string? after, int top, CancellationToken cancellationToken)
    {
        var jobs = new List<Job>();
        var outcome = state is { } wanted ? wanted.IsTerminal() ? wanted.Name() : "" : null;
        await using var listings = MergeAsync(outcome, conversation, after ?? Listing.Prefix, top, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var place = after;
        var lookedAt = 0;
        for (var more = await listings.MoveNextAsync(); more;)
        {
            // A page ends only where another listing is known to follow it
            if (jobs.Count == top || lookedAt >= MostLookedAt)
                return (jobs, place);

            var some = new List<Listing>();
            for (; more && some.Count < Math.Min(AtOnce, top - jobs.Count); more = await listings.MoveNextAsync())
                some.Add(listings.Current);
            place = some[^1].Place;
            lookedAt += some.Count;
            var found = await Task.WhenAll(some.Select(listing => ledger.FindAsync(listing.Id, cancellationToken)));
            jobs.AddRange(found.OfType<Job>().Where(job => state is null || job.State == state));
        }

        return (jobs, null);
    }

    private async IAsyncEnumerable<Listing> MergeAsync(
        string? outcome, string? conversation, string after, int perPage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var partitions = JobRow.Partitions.Select(partition =>
            _table.QueryAsync<TableEntity>(Filter(partition, outcome, conversation, after), perPage, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken)).ToArray();
        try
        {
            var nearest = new PriorityQueue<IAsyncEnumerator<TableEntity>, string>(StringComparer.Ordinal);
            var begun = await Task.WhenAll(partitions.Select(partition => partition.MoveNextAsync().AsTask()));
            for (var i = 0; i < partitions.Length; i++)
            {
                if (begun[i])
                    nearest.Enqueue(partitions[i], partitions[i].Current.RowKey);
            }

            while (nearest.TryDequeue(out var partition, out _))
            {
                yield return Listing.Read(partition.Current);
                if (await partition.MoveNextAsync())
                    nearest.Enqueue(partition, partition.Current.RowKey);
            }
        }
        finally
        {
            foreach (var partition in partitions)
                await partition.DisposeAsync();
        }
    }

    private static string Filter(string partition, string? outcome, string? conversation, string after)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after}");
        if (outcome is not null)
            filter += TableClient.CreateQueryFilter($" and Outcome eq {outcome}");
        if (conversation is not null)
            filter += TableClient.CreateQueryFilter($" and Conversation eq {conversation}");
        return filter;
    }
}
