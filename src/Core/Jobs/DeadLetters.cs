using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>A dead letter's key, which is also its public id: reverse time for the order, then a hash of what failed.</summary>
    public static string RowKey(DeadLetter letter)
    {
        var reverse = DateTimeOffset.MaxValue.UtcTicks - letter.At.UtcTicks;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(letter.Origin))[..8]);
        return string.Create(CultureInfo.InvariantCulture, $"{reverse:D19}-{hash}");
    }
}
