using System.Globalization;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Sas;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>The page of text a developer sees when everything runs: where it is and what to try.</summary>
public sealed record StartPage
{
    private static readonly TimeSpan LinksLast = TimeSpan.FromHours(24);

    /// <summary>The app's address.</summary>
    public required Uri App { get; init; }

    /// <summary>Sparrow's address, emulator or not; null when the settings leave it to the default.</summary>
    public required Uri? Sparrow { get; init; }

    /// <summary>True when the emulator was started here.</summary>
    public required bool SparrowIsEmulator { get; init; }

    /// <summary>The Azurite that was started here; null when the storage is another's.</summary>
    public required AzuriteProcess? Azurite { get; init; }

    /// <summary>True to tell what to try, too.</summary>
    public required bool WithHints { get; init; }

    /// <summary>Writes the page. Of an account that was not started here, nothing is shown: its connection string is a secret.</summary>
    /// <param name="now">From when on the links in it last, for 24 hours.</param>
    public string Write(DateTimeOffset now)
    {
        var page = new StringBuilder();
        page.AppendLine();
        Row(page, "App", App.GetLeftPart(UriPartial.Authority));
        Row(page, "Health", new Uri(App, "/api/health").ToString());
        if (Sparrow is not null) Row(page, SparrowIsEmulator ? "Emulator" : "Sparrow", Sparrow.GetLeftPart(UriPartial.Authority));
        if (SparrowIsEmulator && Sparrow is not null) Row(page, "  its calls", new Uri(Sparrow, "/__admin/calls").ToString());
        if (Azurite is null) Row(page, "Storage", "the account of the settings");
        else Local(page, Azurite);
        if (!WithHints) return page.ToString();

        if (Azurite is not null) Try(page, Azurite, now);
        page.AppendLine().AppendLine("Chat by HTTP:").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"  curl {new Uri(App, "/api/chat")} -H 'Prefer: wait=60' --json '{{\"prompt\":\"Why is the sky blue?\"}}'");
        page.AppendLine().AppendLine("Log levels: Logging__LogLevel__Default=Debug, or host.json. Ctrl-C stops everything.");
        return page.ToString();
    }

    private static void Local(StringBuilder page, AzuriteProcess azurite)
    {
        var ports = azurite.Ports;
        Row(page, "Storage", string.Create(CultureInfo.InvariantCulture, $"Azurite, blobs {ports.Blob}, queues {ports.Queue}, tables {ports.Table}"));
        Row(page, "  its data", azurite.Options.DataFolder);
        Row(page, "  connect", azurite.ConnectionString);
    }

    private static void Try(StringBuilder page, AzuriteProcess azurite, DateTimeOffset now)
    {
        var until = now + LinksLast;
        var prompts = new QueueServiceClient(azurite.ConnectionString).GetQueueClient("prompts").GenerateSasUri(QueueSasPermissions.Add, until);
        var results = new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient("results")
            .GenerateSasUri(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List, until);

        page.AppendLine().AppendLine("Send a prompt by queue (the answer comes to results/{message id}/answer.md):").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"  curl -X POST '{WithPath(prompts, "/messages", "messagettl=-1")}' \\");
        page.AppendLine("    -d '<QueueMessage><MessageText>Why is the sky blue?</MessageText></QueueMessage>'");
        page.AppendLine().AppendLine("See what is there (or open the account in Azure Storage Explorer with the connection string above):").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"  curl '{WithPath(results, "", "restype=container&comp=list")}'");
    }

    private static string WithPath(Uri address, string path, string query) =>
        $"{address.GetLeftPart(UriPartial.Path)}{path}?{query}&{address.Query.TrimStart('?')}";

    private static void Row(StringBuilder page, string name, string value) =>
        page.AppendLine(CultureInfo.InvariantCulture, $"  {name,-12}{value}");
}
