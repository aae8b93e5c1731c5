using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace SparrowFunctions.Tests.Simulation.Storage.Tables;

/// <summary>The rows of a query, page by page; each page is a request of its own and sees the table as it is then.</summary>
internal sealed class SimRows<T>(
    string? filter,
    int? most,
    Func<string?, (string Partition, string Row)?, int?, CancellationToken, Task<(IReadOnlyList<TableEntity> Rows, bool Last)>> next,
    CancellationToken ownToken) : AsyncPageable<T>
    where T : notnull
{
    public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        await foreach (var page in PagesAsync(continuationToken, pageSizeHint, ownToken))
            yield return page;
    }

    public override async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in PagesAsync(null, null, cancellationToken.CanBeCanceled ? cancellationToken : ownToken))
        {
            foreach (var row in page.Values)
                yield return row;
        }
    }

    private async IAsyncEnumerable<Page<T>> PagesAsync(string? continuationToken, int? pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (string, string)? after = continuationToken?.Split('\n') is [var partition, var row] ? (partition, row) : null;
        while (true)
        {
            var (rows, last) = await next(filter, after, pageSize ?? most, cancellationToken);
            after = rows.Count > 0 ? (rows[^1].PartitionKey, rows[^1].RowKey) : after;
            yield return Page<T>.FromValues([.. rows.Cast<T>()], last ? null : $"{after!.Value.Item1}\n{after.Value.Item2}", new SimResponse(200));
            if (last)
                yield break;
        }
    }
}
