using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs;

/// <summary>Table <c>deadletters</c>, newest first. Adding the same dead letter again changes nothing.</summary>
public sealed class DeadLetters(TableServiceClient tables, BlobServiceClient blobs)
{
    /// <summary>The one partition: dead letters are few, and are read in order of time.</summary>
    public const string PartitionKey = "deadletters";

    /// <summary>Longest original that lies in the row itself, in characters.</summary>
    public const int MaxInlineOriginal = 8 * 1024;

    /// <summary>Longest reason that is kept, in characters.</summary>
    public const int MaxReasonLength = 4 * 1024;

    private readonly TableClient _table = tables.GetTableClient(StorageNames.DeadLettersTable);
    private readonly BlobContainerClient _payloads = blobs.GetBlobContainerClient(StorageNames.PayloadsContainer);

    /// <summary>Keeps a dead letter.</summary>
    public async Task AddAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var row = new TableEntity(PartitionKey, RowKey(letter))
        {
            ["JobId"] = letter.JobId,
            ["Kind"] = letter.Kind.Name(),
            ["Reason"] = letter.Reason.Length <= MaxReasonLength ? letter.Reason : letter.Reason[..MaxReasonLength] + "…",
            ["Source"] = letter.Source,
            ["At"] = letter.At,
        };
        if (letter.Original.Length <= MaxInlineOriginal)
        {
            row["Original"] = letter.Original;
        }
        else
        {
            var path = $"deadletters/{row.RowKey}.txt";
            await _payloads.GetBlobClient(path).UploadAsync(BinaryData.FromString(letter.Original), overwrite: true, cancellationToken);
            row["OriginalBlob"] = $"{StorageNames.PayloadsContainer}/{path}";
        }

        // Merge, so that a repeated step leaves RedrivenAt alone
        await _table.UpsertEntityAsync(row, TableUpdateMode.Merge, cancellationToken);
    }

    /// <summary>A dead letter; null when there is none of that id.</summary>
    public async Task<KeptLetter?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(PartitionKey, id, cancellationToken: cancellationToken);
        return found.HasValue ? KeptLetter.Read(found.Value!) : null;
    }

    /// <summary>All dead letters, or all of a kind, newest first.</summary>
    public IAsyncEnumerable<KeptLetter> ListAsync(FailureKind? kind, CancellationToken cancellationToken) => ListAsync(kind, after: "", null, cancellationToken);

    /// <summary>One page of them.</summary>
    /// <param name="kind">Only letters of this kind; null for all.</param>
    /// <param name="after">The id of the last letter that was shown; null to begin with the newest.</param>
    /// <param name="top">How many at most.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The letters, and the id to go on after; null when there are no more.</returns>
    public async Task<(IReadOnlyList<KeptLetter> Letters, string? Next)> PageAsync(FailureKind? kind, string? after, int top, CancellationToken cancellationToken)
    {
        var letters = new List<KeptLetter>();
        await foreach (var letter in ListAsync(kind, after ?? "", top + 1, cancellationToken))
        {
            if (letters.Count == top)
                return (letters, letters[^1].Id);
            letters.Add(letter);
        }

        return (letters, null);
    }

    private async IAsyncEnumerable<KeptLetter> ListAsync(FailureKind? kind, string after, int? perPage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = kind is { } wanted
            ? TableClient.CreateQueryFilter($"PartitionKey eq {PartitionKey} and RowKey gt {after} and Kind eq {wanted.Name()}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {PartitionKey} and RowKey gt {after}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, perPage, cancellationToken: cancellationToken))
            yield return KeptLetter.Read(row);
    }

    /// <summary>What was sent, from wherever it lies.</summary>
    public async Task<string> OriginalAsync(KeptLetter letter, CancellationToken cancellationToken)
    {
        if (letter.Original is { } original)
            return original;
        var path = letter.OriginalBlob![(StorageNames.PayloadsContainer.Length + 1)..];
        return (await _payloads.GetBlobClient(path).DownloadContentAsync(cancellationToken)).Value.Content.ToString();
    }

    /// <summary>Notes that a dead letter was sent again, or needs no sending any more. One that is not there stays away.</summary>
    public async Task MarkRedrivenAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await _table.UpdateEntityAsync(new TableEntity(PartitionKey, id) { ["RedrivenAt"] = at }, ETag.All, TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // Its job ended otherwise before the letter was written
        }
    }

    /// <summary>A dead letter's key, which is also its public id: reverse time for the order, then a hash of what failed.</summary>
    public static string RowKey(DeadLetter letter)
    {
        var reverse = DateTimeOffset.MaxValue.UtcTicks - letter.At.UtcTicks;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(letter.Origin))[..8]);
        return string.Create(CultureInfo.InvariantCulture, $"{reverse:D19}-{hash}");
    }
}
