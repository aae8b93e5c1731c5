using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Files.Uploads;

/// <summary>
/// Table <c>attachments</c>: what was uploaded for a job, one row a file. A memory, not a promise: a row that is missing or out of date costs another
/// upload and nothing else, so rows are written without conditions.
/// </summary>
public sealed class AttachmentTable(TableServiceClient tables)
{
    // A row's text column holds 32,767 characters; what Sparrow says of a file takes a few hundred
    private const int LongestText = 30_000;

    private readonly TableClient _table = tables.GetTableClient(StorageNames.AttachmentsTable);

    /// <summary>The recorded uploads of a job, by the file's place; null where there is none.</summary>
    public async Task<IReadOnlyList<Upload?>> FindAsync(AcceptedPrompt accepted, JobId id, CancellationToken cancellationToken)
    {
        var uploads = new Upload?[accepted.Files.Count];
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {PartitionKey(id)}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (int.TryParse(row.RowKey, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < uploads.Length)
                uploads[place] = Read(row);
        }

        return uploads;
    }

    /// <summary>Records an upload in place of an earlier one of the same file.</summary>
    public async Task PutAsync(JobId id, int place, Upload upload, CancellationToken cancellationToken)
    {
        if (Math.Max(upload.Attachment?.GetRawText().Length ?? 0, upload.Part?.GetRawText().Length ?? 0) <= LongestText)
            await _table.UpsertEntityAsync(Write(id, place, upload), TableUpdateMode.Replace, cancellationToken);
    }

    internal static TableEntity Write(JobId id, int place, Upload upload) => new(PartitionKey(id), RowKey(place))
    {
        ["Blob"] = upload.Blob,
        ["BlobETag"] = upload.BlobETag,
        ["Mode"] = upload.Mode.ToString(),
        ["Into"] = upload.Into ?? "",
        ["ConversationId"] = upload.ConversationId ?? "",
        ["Attachment"] = upload.Attachment?.GetRawText() ?? "",
        ["Part"] = upload.Part?.GetRawText() ?? "",
        ["Attempt"] = upload.Attempt,
        ["Until"] = upload.Until,
    };

    internal static Upload Read(TableEntity row) => new(
        row.GetString("Blob"),
        row.GetString("BlobETag"),
        Enum.Parse<SparrowMode>(row.GetString("Mode")),
        Text(row, "Into"),
        Text(row, "ConversationId"),
        Json(row, "Attachment"),
        Json(row, "Part"),
        row.GetInt32("Attempt") ?? 0,
        row.GetDateTimeOffset("Until") ?? default);

    private static string PartitionKey(JobId id) => id.ToString();

    private static string RowKey(int place) => place.ToString("000", CultureInfo.InvariantCulture);

    private static string? Text(TableEntity row, string column) => row.GetString(column) is { Length: > 0 } text ? text : null;

    private static JsonElement? Json(TableEntity row, string column) =>
        Text(row, column) is { } text ? JsonSerializer.Deserialize(text, UploadJson.Default.JsonElement) : null;
}
