using System.Text.RegularExpressions;
using Azure.Storage.Queues;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Development;

public sealed partial class StartPageTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task The_commands_to_paste_work()
    {
        var process = await azurite.ProcessAsync();
        var queue = new QueueServiceClient(process.ConnectionString).GetQueueClient("prompts");
        await queue.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        await new Azure.Storage.Blobs.BlobServiceClient(process.ConnectionString).GetBlobContainerClient("results")
            .CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);

        var page = Page(process).Write(TimeProvider.System.GetUtcNow());
        var addresses = Quoted().Matches(page).Select(match => match.Groups["address"].Value).ToArray();
        using var http = new HttpClient();
        using var body = new StringContent(addresses[1]);
        using var sent = await http.PostAsync(new Uri(addresses[0]), body, TestContext.Current.CancellationToken);
        using var listed = await http.GetAsync(new Uri(addresses[2]), TestContext.Current.CancellationToken);

        sent.EnsureSuccessStatusCode();
        listed.EnsureSuccessStatusCode();
        var message = await queue.ReceiveMessageAsync(cancellationToken: TestContext.Current.CancellationToken);
        message.Value.MessageText.ShouldBe("Why is the sky blue?");
    }

    [Fact]
    public void It_tells_where_everything_is_and_nothing_of_an_account_that_is_not_ours()
    {
        var page = Page(null).Write(DateTimeOffset.UnixEpoch);

        page.ShouldContain("http://localhost:7071/api/health");
        page.ShouldContain("http://localhost:7072/__admin/calls");
        page.ShouldContain("curl http://localhost:7071/api/chat -H 'Prefer: wait=60' --json '{\"prompt\":\"Why is the sky blue?\"}'");
        page.ShouldContain("the account of the settings");
        page.ShouldNotContain("AccountKey");
    }

    private static StartPage Page(AzuriteProcess? azurite) => new()
    {
        App = new Uri("http://localhost:7071"),
        Sparrow = new Uri("http://localhost:7072"),
        SparrowIsEmulator = true,
        Azurite = azurite,
        WithHints = true,
    };

    [GeneratedRegex("'(?<address>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Quoted();
}
